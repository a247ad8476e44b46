declare module 'parse-prometheus-text-format' {
  /** Throws for a line that is none of the format. A metric without samples is left out. */
  export default function parse(text: string): {
    readonly name: string;
    readonly help: string;
    readonly type: string;
    readonly metrics: readonly {
      readonly value: string;
      readonly labels?: Readonly<Record<string, string>>;
    }[];
  }[];
}
