/** The chart of the place: candles back to the market's start, own orders and fills on them, indicators. */

import { INTERVAL_SEC } from '../../../src/core/candle.ts';
import '../../style/trade-chart.css';
import '../../style/trade-chart-orders.css';
import '../../style/trade-chart-narrow.css';
import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { toPixels } from '../../format/number.ts';
import { useFills, useOpenOrders } from '../data/account.ts';
import { useLastCandles, useMarket, usePriceLine, useTicker } from '../data/market.ts';
import { usePlace } from '../data/place.ts';
import { setPickedPrice } from '../data/ticket-price.ts';
import { placesOfStep } from '../ticket/exact.ts';
import { FillTip } from './fill-tip.tsx';
import { IndicatorMenu } from './indicator-menu.tsx';
import { nameOf } from './indicator-run.ts';
import { intervalWords } from './intervals.tsx';
import { pressedOn } from './keys.ts';
import { Legend } from './legend.tsx';
import { snapped } from './order-line.ts';
import { OrderLines } from './order-lines.tsx';
import { savePicture } from './picture.ts';
import { useChartSettings } from './settings.ts';
import { ChartState, OlderState, Stale } from './states.tsx';
import { Summary } from './summary.tsx';
import { Toolbar } from './toolbar.tsx';
import { useFullScreen } from './use-full-screen.ts';
import { useHistory } from './use-history.ts';
import { useRegistry, useRuns } from './use-runs.ts';
import { useScene } from './use-scene.ts';

/** Older candles are asked for before one sees that they are missing. */
const PREFETCH_BARS = 200;
/** Before the market's rules are told. */
const TICK_UNTIL_TOLD = '0.01';

export function Chart() {
  const place = usePlace();
  const { venue, market, interval, connection } = place;
  const rules = useMarket();
  const tick = rules?.tick ?? TICK_UNTIL_TOLD;
  const [base = '', quote = ''] = market.split('_');
  const line = usePriceLine();
  const settings = useChartSettings();
  const last = useTicker(venue, market)?.last ?? rules?.last ?? null;
  const orders = useOpenOrders(connection === null ? { market } : { connection, market });
  const fills = useFills();
  const [menu, setMenu] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  const full = useFullScreen(box);
  const surface = useRef<HTMLDivElement>(null);
  const below = useRef<HTMLCanvasElement>(null);
  const above = useRef<HTMLCanvasElement>(null);

  const picked = useRef<(y: number) => void>(() => {});
  const looked = useRef(() => {});
  const scene = useScene({ surface, base: below, over: above }, { picked, looked });
  const history = useHistory(place, useLastCandles(), line, {
    begun: (next) => scene?.show(next.bars, sceneMarket()),
    changed: (change) => {
      if (scene?.bars === history?.bars) scene?.changed(change);
    },
    live: () => scene?.paintNow(),
  });
  const registry = useRegistry(menu || settings.indicators.length > 0);
  useRuns(scene, registry, settings.indicators);

  const sceneMarket = () => ({
    tick: toPixels(tick),
    places: placesOfStep(tick),
    intervalSec: INTERVAL_SEC[interval],
  });
  picked.current = (y) => {
    const price = scene?.priceAtY(y) ?? null;
    const near = price === null ? null : snapped(price, tick);
    if (near !== null) setPickedPrice(near);
  };
  looked.current = () => {
    if (scene !== null && scene.inSight().first < PREFETCH_BARS) void history?.more();
  };
  useEffect(() => {
    if (scene !== null && history !== null && scene.bars !== history.bars) {
      scene.show(history.bars, {
        tick: toPixels(tick),
        places: placesOfStep(tick),
        intervalSec: INTERVAL_SEC[interval],
      });
    }
  }, [scene, history, tick, interval]);
  useEffect(() => {
    if (scene === null) return;
    scene.set({
      market: { tick: toPixels(tick), places: placesOfStep(tick), intervalSec: INTERVAL_SEC[interval] },
    });
  }, [scene, tick, interval]);
  useEffect(() => scene?.set({ fills }), [scene, fills]);
  useEffect(() => scene?.set({ isLog: settings.isLog }), [scene, settings.isLog]);

  const pressed = (event: KeyboardEvent): void => {
    if (scene === null || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === 'i') setMenu(true);
    else if (!pressedOn(scene, event.key)) return;
    event.preventDefault();
    looked.current();
  };
  const isReady = history?.state.what === 'ready';
  const words = `${base} in ${quote}, candles of ${intervalWords(interval)}`;
  return (
    <div className="chart-box" ref={box}>
      <Toolbar
        interval={interval}
        isLog={settings.isLog}
        askMove={settings.askMove}
        hasOrders={orders.length > 0}
        indicators={settings.indicators.length}
        isMenuOpen={menu}
        onMenu={() => setMenu(!menu)}
        onPicture={() => {
          if (scene === null || below.current === null) return;
          const title = [`${base}/${quote}`, interval, ...scene.runs.map(nameOf)].join(' · ');
          savePicture(below.current, title, `${market}-${interval}.png`, scene.colours);
        }}
        isFull={full.isFull}
        onFull={full.toggle}
      />
      {menu ? <IndicatorMenu registry={registry} chosen={settings.indicators} onClose={() => setMenu(false)} /> : null}
      <div className="chart-surface" ref={surface} data-ready={isReady ? '' : undefined}>
        {/* biome-ignore lint/a11y/useSemanticElements: a fieldset is for forms */}
        <div
          className="chart-picture"
          role="group"
          // biome-ignore lint/a11y/noNoninteractiveTabindex: plus, minus, arrows, Home and End work here
          tabIndex={0}
          aria-label={words}
          aria-describedby="chart-summary"
          onKeyDown={pressed}
        >
          <canvas ref={below} />
          <canvas ref={above} />
        </div>
        {scene === null || history === null ? null : (
          <>
            {isReady ? <Legend scene={scene} base={base} onOpen={() => setMenu(true)} /> : null}
            {isReady ? (
              <OrderLines scene={scene} orders={orders} tick={tick} last={last} askMove={settings.askMove} />
            ) : null}
            <FillTip scene={scene} tick={tick} />
            <OlderState scene={scene} history={history} interval={interval} />
            <Summary scene={scene} words={words} quote={quote} />
          </>
        )}
        <ChartState history={history} interval={interval} />
        <Stale line={line} isReady={isReady} scene={scene} />
      </div>
    </div>
  );
}
