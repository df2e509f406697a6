import { type Html, html, type Part } from './html.ts';
import type { Visit } from './visit.ts';

export type Section = 'markets' | 'wallet' | 'orders' | 'security' | 'api' | 'faults' | 'none';

export type Content = {
  readonly title: string;
  readonly section: Section;
  readonly body: Part;
  /** Beside the title: the page's main action. */
  readonly action?: Part;
  readonly lead?: Part;
  /** A short form and nothing else: the page is no wider than it, and stands in the middle. */
  readonly narrow?: boolean;
  /** Something just worked. */
  readonly note?: Part;
};

export const BRAND = 'Practice Exchange';

/** The whole document around a page. */
export function layout(visit: Visit, content: Content): Html {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="dark light">
<meta name="robots" content="noindex">
<title>${content.title} · ${BRAND}</title>
<link rel="icon" type="image/svg+xml" href="${visit.assets.icon}">
${visit.assets.styles.map((address) => html`<link rel="stylesheet" href="${address}">`)}
<script type="module" src="${visit.assets.script}"></script>
</head>
<body>
<a class="skip" href="#content">Skip to content</a>
<aside class="practice-band" aria-label="Practice money"><strong>Practice money.</strong> Nothing here is worth anything or leaves this machine. <span>This is not WhiteBIT.</span> ${faultsLink(visit, content.section === 'faults')}</aside>
<header class="top">
<a class="brand" href="/">${mark()}<span class="brand-name">${BRAND}</span> <span class="brand-line">speaks WhiteBIT’s protocol</span></a>
<nav class="main-nav" aria-label="Main">
${navLink('/', 'Markets', content.section === 'markets')}
${visit.account !== null && [navLink('/wallet', 'Wallet', content.section === 'wallet'), navLink('/orders', 'Orders', content.section === 'orders')]}
</nav>
${visit.account === null ? entrance() : accountMenu(visit, visit.account.email)}
</header>
<div class="frame${isSettings(content.section) && ' with-side'}${content.narrow === true && ' one-form'}">
${isSettings(content.section) && settingsNav(content.section)}
<main id="content" tabindex="-1">
<div class="page-head"><h1>${content.title}</h1>${content.action}</div>
${content.lead !== undefined && html`<p class="lead">${content.lead}</p>`}
${content.note !== undefined && content.note !== false && html`<p class="note" role="status">${content.note}</p>`}
${content.body}
</main>
</div>
<footer class="foot"><span>Prices are made by practice traders around a model, not by a real market.</span><span>Server time <time datetime="${new Date(visit.nowMs).toISOString()}">${new Date(visit.nowMs).toISOString().replace('T', ' ').slice(0, 19)} UTC</time></span></footer>
</body>
</html>
`;
}

/** In the band and not in the menu: no real exchange has such a page. Says so, too, while something is armed. */
function faultsLink(visit: Visit, current: boolean): Html {
  const { armory, plain } = visit.site.faultRoom;
  const armed = armory.armed().length + plain.list().length;
  return html`<a href="/faults"${current && html` aria-current="page"`}>Faults${armed > 0 && html` · ${armed} on`}</a>`;
}

function isSettings(section: Section): boolean {
  return section === 'security' || section === 'api';
}

function navLink(href: string, text: string, current: boolean): Html {
  return html`<a href="${href}"${current && html` aria-current="page"`}>${text}</a>`;
}

function entrance(): Html {
  return html`<div class="entrance"><a href="/login">Log in</a><a class="button primary" href="/signup">Sign up</a></div>`;
}

/** A popover, so that it opens without the script too; the script adds arrow keys and keeps `aria-expanded` true. */
function accountMenu(visit: Visit, email: string): Html {
  const item = (href: string, text: string) => html`<a role="menuitem" href="${href}">${text}</a>`;
  return html`<div class="account">
<button type="button" class="account-button" id="account-button" popovertarget="account-menu" aria-haspopup="menu" aria-controls="account-menu" title="${email}"><span class="avatar" aria-hidden="true">${email.slice(0, 1).toUpperCase()}</span><span class="email">${email}</span><span class="caret" aria-hidden="true"></span></button>
<div id="account-menu" class="menu" popover role="menu" aria-labelledby="account-button">
${item('/wallet', 'Wallet')}
${item('/settings/security', 'Security')}
${item('/settings/api', 'API')}
${item('/orders', 'Orders')}
<form role="none" method="post" action="/logout"><input type="hidden" name="form_token" value="${visit.formToken}"><button type="submit" role="menuitem">Log out</button></form>
</div>
</div>`;
}

function settingsNav(section: Section): Html {
  return html`<nav class="side" aria-label="Settings"><p class="side-title">Settings</p>
${navLink('/settings/security', 'Security', section === 'security')}
${navLink('/settings/api', 'API', section === 'api')}
</nav>`;
}

function mark(): Html {
  return html`<svg class="mark" viewBox="0 0 24 24" width="24" height="24" aria-hidden="true" focusable="false"><path d="M4 5v14M9 8v8M14 4v12M19 9v11" fill="none" stroke="currentColor" stroke-width="2.4" stroke-linecap="round"/></svg>`;
}
