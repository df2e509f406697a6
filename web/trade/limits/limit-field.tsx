type Props = {
  readonly words: string;
  readonly unit: string;
  readonly value: string;
  readonly wrong: boolean;
  readonly placeholder?: string;
  readonly onChange: (value: string) => void;
};

export function LimitField({ words, unit, value, wrong, placeholder, onChange }: Props) {
  return (
    <label className="limit-field">
      <span>{words}</span>
      <input
        className="num"
        inputMode="decimal"
        autoComplete="off"
        aria-invalid={wrong}
        placeholder={placeholder}
        value={value}
        onChange={(event) => onChange(event.currentTarget.value.replaceAll(/[\s\u202f]/g, '').replace(',', '.'))}
      />
      <span className="dim small">{unit}</span>
    </label>
  );
}
