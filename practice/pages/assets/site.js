/**
 * What the pages of the practice exchange do beyond plain HTML. Everything here is a comfort: without it the forms
 * still work. Each part looks for its own elements and leaves alone what is not there.
 */

const AUTHENTICATOR_PERIOD_MS = 1_000;
const MARKETS_PERIOD_MS = 2_000;
const ORDERS_PERIOD_MS = 2_000;
const FAULTS_PERIOD_MS = 2_000;
/** After this long without an answer the prices are shown as old. */
const STALE_MS = 10_000;
const COPIED_MS = 1_600;

const all = (selector, root = document) => [...root.querySelectorAll(selector)];

/* Copy */

async function copyText(text) {
  if (navigator.clipboard !== undefined) return navigator.clipboard.writeText(text);
  throw new Error('no clipboard here');
}

for (const button of all('[data-copy]')) {
  button.addEventListener('click', async () => {
    let word = 'Copied';
    try {
      await copyText(button.dataset.copy);
    } catch {
      // The browser forbids it: mark the text instead, so that one key copies it.
      const input = button.parentElement.querySelector('input, code');
      if (input instanceof HTMLInputElement) input.select();
      else if (input !== null) getSelection().selectAllChildren(input);
      word = 'Press Ctrl C';
    }
    button.textContent = word;
    setTimeout(() => {
      button.textContent = 'Copy';
    }, COPIED_MS);
  });
}

for (const input of all('input[readonly]')) input.addEventListener('focus', () => input.select());

/* Account menu: the popover opens by itself, the keys of a menu are added here. */

const menuButton = document.getElementById('account-button');
const menu = document.getElementById('account-menu');
if (menuButton !== null && menu !== null) {
  const items = all('[role="menuitem"]', menu);
  const focus = (index) => items[(index + items.length) % items.length].focus();
  menuButton.setAttribute('aria-expanded', 'false');
  menu.addEventListener('toggle', (event) => {
    const open = event.newState === 'open';
    menuButton.setAttribute('aria-expanded', String(open));
    if (open) focus(0);
  });
  menuButton.addEventListener('keydown', (event) => {
    if (event.key !== 'ArrowDown') return;
    event.preventDefault();
    menu.showPopover();
  });
  menu.addEventListener('keydown', (event) => {
    const at = items.indexOf(document.activeElement);
    const target = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 }[event.key];
    if (target !== undefined) {
      event.preventDefault();
      focus(target);
    } else if (event.key === 'Tab') {
      menu.hidePopover();
    }
  });
}

/* A row of tabs that is wider than a phone begins where the current one is. */

for (const tab of all('nav.tabs a[aria-current]')) {
  const row = tab.parentElement;
  row.scrollLeft = tab.offsetLeft - row.offsetLeft - (row.clientWidth - tab.offsetWidth) / 2;
}

/* Dialogs: a form that would lead to a page of its own opens the same content on top of this one. */

for (const opener of all('[data-dialog]')) {
  const dialog = document.getElementById(opener.dataset.dialog);
  if (!(dialog instanceof HTMLDialogElement)) continue;
  opener.addEventListener('click', (event) => {
    event.preventDefault();
    dialog.showModal();
  });
  dialog.addEventListener('click', (event) => {
    if (event.target === dialog) dialog.close();
  });
}

/* Transfer: From and To say what they hold of the chosen asset. */

const transferAsset = document.getElementById('transfer-ticker');
if (transferAsset !== null) {
  const show = () => {
    const { dataset, value: ticker } = transferAsset.selectedOptions[0];
    for (const option of all('#transfer-from option, #transfer-to option')) {
      const available = dataset[option.value];
      option.dataset.available = available;
      option.textContent = option.textContent.replace(/\(.*\)/, `(${available} ${ticker})`);
    }
  };
  transferAsset.addEventListener('change', show);
  // The browser may bring back another choice after the back button.
  addEventListener('pageshow', show);
}

/* Small fillers and choosers */

for (const button of all('[data-fill]')) {
  button.addEventListener('click', () => {
    const target = document.getElementById(button.dataset.fill);
    const from = document.getElementById(button.dataset.fillFrom ?? '');
    target.value = from === null ? button.dataset.value : (from.selectedOptions[0]?.dataset.available ?? '');
    target.focus();
  });
}

/*
 * A chooser acts when something was chosen: by the pointer, Enter or a blank. Arrows and letters only walk through the
 * choices of a closed list; then the button that stands there without the script shows as well, and Enter acts.
 */

const CHOSEN_KEY = 'chosen';

for (const chooser of all('[data-submit]')) {
  let isWalking = false;
  let isPending = false;
  const act = () => {
    sessionStorage.setItem(CHOSEN_KEY, `${location.pathname} ${chooser.name}`);
    chooser.form.requestSubmit();
  };
  chooser.addEventListener('pointerdown', () => {
    isWalking = false;
  });
  chooser.addEventListener('keydown', (event) => {
    isWalking = event.key !== 'Enter' && event.key !== ' ';
    if (event.key !== 'Enter' || !isPending) return;
    event.preventDefault();
    act();
  });
  chooser.addEventListener('change', () => {
    if (!isWalking) {
      act();
      return;
    }
    isPending = true;
    for (const button of all('.without-script', chooser.form)) button.classList.remove('without-script');
  });
}

// Whoever chose goes on from there on the page that came of it.
const chosen = sessionStorage.getItem(CHOSEN_KEY);
sessionStorage.removeItem(CHOSEN_KEY);
all('[data-submit]')
  .find((chooser) => `${location.pathname} ${chooser.name}` === chosen)
  ?.focus();

/* A form is sent once, however often its button is pressed. */

document.addEventListener('submit', (event) => {
  const form = event.target;
  if (form.method !== 'post') return;
  if (form.dataset.sent === 'true') event.preventDefault();
  form.dataset.sent = 'true';
});
addEventListener('pageshow', () => {
  for (const form of all('form[data-sent]')) delete form.dataset.sent;
});

/* Practice authenticator */

function showAuthenticator(box, view) {
  const code = box.querySelector('[data-authenticator-code]');
  const words = box.querySelector('[data-authenticator-words]');
  const text = `${view.code.slice(0, 3)} ${view.code.slice(3)}`;
  if (code.textContent !== text) code.textContent = text;
  words.textContent = view.used
    ? `used, the next one comes in ${view.secondsLeft} s`
    : `good for ${view.secondsLeft} s, works once`;
  box.classList.toggle('is-used', view.used);
  const fill = box.querySelector('[data-authenticator-fill]');
  if (fill !== null) fill.disabled = view.used;
}

const authenticators = all('[data-authenticator]');
if (authenticators.length > 0) {
  // Announced once when reached; a screen reader told every second would be of no use.
  for (const box of authenticators) box.querySelector('[data-authenticator-code]').setAttribute('aria-live', 'off');
  const refresh = async () => {
    const visible = authenticators.filter((box) => box.checkVisibility());
    if (visible.length === 0 || document.hidden) return;
    try {
      const answer = await fetch('/authenticator.json', { headers: { Accept: 'application/json' } });
      if (!answer.ok) return;
      const view = await answer.json();
      for (const box of visible) showAuthenticator(box, view);
    } catch {
      for (const box of visible) {
        box.querySelector('[data-authenticator-words]').textContent = 'not up to date: the exchange does not answer';
      }
    }
  };
  setInterval(refresh, AUTHENTICATOR_PERIOD_MS);
  document.addEventListener('toggle', refresh, true);
  for (const button of all('[data-authenticator-fill]')) {
    button.addEventListener('click', () => {
      const input = document.getElementById(button.dataset.authenticatorFill);
      input.value = button.closest('[data-authenticator]').querySelector('[data-authenticator-code]').textContent;
      input.focus();
    });
  }
}

/* Endpoint access: a group's switch ticks its endpoints, and shows how many are ticked. */

for (const group of all('[data-group]')) {
  const master = group.querySelector('[data-group-switch]');
  const count = group.querySelector('[data-group-count]');
  const boxes = all('input[name="endpoint"]', group);
  const show = () => {
    const ticked = boxes.filter((box) => box.checked).length;
    master.checked = ticked === boxes.length;
    master.indeterminate = ticked > 0 && ticked < boxes.length;
    count.textContent = `${ticked} of ${boxes.length}`;
  };
  master.addEventListener('change', () => {
    for (const box of boxes) box.checked = master.checked;
    show();
  });
  for (const box of boxes) box.addEventListener('change', show);
  // The browser may bring back ticks after the back button.
  addEventListener('pageshow', show);
}

/* Markets */

const table = document.querySelector('[data-markets]');
if (table !== null) {
  const rows = new Map(all('tbody tr', table).map((row) => [row.dataset.market, row]));
  const search = document.getElementById('market-search');
  const filters = all('[data-money-filter]');
  const noMatch = document.querySelector('[data-no-match]');
  const live = document.querySelector('[data-live]');
  const liveWords = document.querySelector('[data-live-words]');
  let lastAnswerMs = performance.now();

  const filter = () => {
    const wanted = search.value
      .trim()
      .toUpperCase()
      .replaceAll(/[/\s-]/g, '_');
    const money = filters.find((button) => button.getAttribute('aria-pressed') === 'true')?.dataset.moneyFilter ?? '';
    let shown = 0;
    for (const [name, row] of rows) {
      row.hidden = !name.includes(wanted) || (money !== '' && row.dataset.money !== money);
      if (!row.hidden) shown += 1;
    }
    noMatch.hidden = shown > 0;
    table.parentElement.hidden = shown === 0;
  };
  search.addEventListener('input', filter);
  for (const button of filters) {
    button.addEventListener('click', () => {
      for (const other of filters) other.setAttribute('aria-pressed', String(other === button));
      filter();
    });
  }

  const setNumber = (cell, value) => {
    const data = cell.querySelector('data');
    if (data.value === value.exact) return;
    data.value = value.exact;
    data.title = value.exact;
    data.textContent = value.text;
    cell.classList.remove('flash');
    // Reading a size makes the browser notice the removal, so that the flash starts again.
    void cell.offsetWidth;
    cell.classList.add('flash');
  };

  const showMarket = (row, market) => {
    for (const name of ['last', 'high', 'low', 'turnover']) {
      setNumber(row.querySelector(`[data-cell="${name}"]`), market[name]);
    }
    const status = row.querySelector('[data-cell="status"]');
    status.hidden = market.status === null;
    if (status.textContent !== (market.status ?? '')) status.textContent = market.status ?? '';
    const change = row.querySelector('[data-cell="change"]');
    change.className = `num ${market.change.way}`;
    change.lastChild.textContent = market.change.text;
    change.querySelector('.arrow').textContent = market.change.arrow;
    const spark = row.querySelector('.spark');
    if (spark !== null) spark.setAttribute('class', `spark ${market.change.way}`);
  };

  const showAge = () => {
    const ageMs = performance.now() - lastAnswerMs;
    const stale = ageMs > STALE_MS;
    live.classList.toggle('is-stale', stale);
    table.classList.toggle('is-stale-table', stale);
    liveWords.textContent = stale ? `no answer for ${Math.floor(ageMs / 1_000)} s` : 'live';
  };

  const refresh = async () => {
    if (document.hidden) return;
    try {
      const answer = await fetch(table.dataset.markets, { headers: { Accept: 'application/json' } });
      if (answer.ok) {
        const { markets } = await answer.json();
        lastAnswerMs = performance.now();
        for (const market of markets) {
          const row = rows.get(market.name);
          if (row !== undefined) showMarket(row, market);
        }
      }
    } catch {
      // Said by the age that grows.
    }
    showAge();
  };
  setInterval(refresh, MARKETS_PERIOD_MS);
  document.addEventListener('visibilitychange', () => {
    if (!document.hidden) void refresh();
  });
}

/* Faults: how often each has struck. Without an answer the time of the last one stays, and says how old it is. */

const armedList = document.querySelector('[data-armed-list]');
if (armedList !== null) {
  const rows = new Map(all('[data-armed-key]', armedList).map((row) => [row.dataset.armedKey, row]));
  const put = (root, selector, text) => {
    const element = root?.querySelector(selector) ?? null;
    if (element !== null && element.textContent !== text) element.textContent = text;
    return element;
  };
  const refresh = async () => {
    if (document.hidden) return;
    try {
      const answer = await fetch(armedList.dataset.armedList, { headers: { Accept: 'application/json' } });
      if (!answer.ok) return;
      const { asOf, armed } = await answer.json();
      const isChanged = armed.length !== rows.size || armed.some(({ key }) => !rows.has(key));
      armedList.querySelector('[data-armed-changed]').hidden = !isChanged;
      put(armedList, '[data-armed-as-of]', asOf);
      for (const { key, words, problem } of armed) {
        put(rows.get(key), '[data-armed-words]', words);
        const reason = put(rows.get(key), '[data-armed-problem]', problem);
        if (reason !== null) reason.hidden = problem === '';
      }
    } catch {
      // The next answer will tell.
    }
  };
  setInterval(refresh, FAULTS_PERIOD_MS);
  document.addEventListener('visibilitychange', () => {
    if (!document.hidden) void refresh();
  });
}

/* Exact times in the reader's own zone */

function ownZone(root) {
  for (const time of all('time[datetime]', root)) {
    time.title = new Date(time.dateTime).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'long' });
  }
}
for (const main of all('main')) ownZone(main);

/* Open orders: the page is asked for again, and its parts are put in place where they changed. */

const list = document.querySelector('[data-live-from]');
if (list !== null) {
  const shown = new Map();
  const put = (part, fresh) => {
    if (shown.get(part) === fresh.innerHTML) return;
    shown.set(part, fresh.innerHTML);
    const { activeElement } = document;
    const focused = part.contains(activeElement) ? activeElement.getAttribute('aria-label') : null;
    part.replaceChildren(...fresh.childNodes);
    ownZone(part);
    if (focused !== null) (all('[aria-label]', part).find((one) => one.ariaLabel === focused) ?? list).focus();
  };
  const refresh = async () => {
    // Rows move: not under a pointer about to press, nor while something is being sent.
    if (document.hidden || list.querySelector('button:hover, :active, form[data-sent]') !== null) return;
    try {
      const answer = await fetch(list.dataset.liveFrom);
      if (!answer.ok || answer.redirected) throw new Error('no list');
      const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html');
      if (list.querySelector('button:hover, :active, form[data-sent]') !== null) return;
      for (const part of all('[data-live-part]')) {
        const found = fresh.querySelector(`[data-live-part="${part.dataset.livePart}"]`);
        if (found !== null) put(part, found);
      }
      list.classList.remove('is-stale-list');
    } catch {
      // The time it is of stays where it was.
      list.classList.add('is-stale-list');
    }
  };
  setInterval(refresh, ORDERS_PERIOD_MS);
  document.addEventListener('visibilitychange', refresh);
}
