import { readQr } from './qr.ts';

export function Qr(props: { readonly svg: string; readonly label: string }) {
  const qr = readQr(props.svg);
  if (qr === null) return null;
  return (
    <svg
      className="qr"
      viewBox={`0 0 ${qr.width} ${qr.width}`}
      role="img"
      aria-label={props.label}
      shapeRendering="crispEdges"
    >
      <path d={qr.path} fill="#000" />
    </svg>
  );
}
