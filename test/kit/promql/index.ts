import { parser } from '@prometheus-io/lezer-promql';

/** What a query of PromQL asks for. */
export interface Query {
  readonly selectors: readonly Selector[];
  /** Labels that series are grouped or matched by. */
  readonly grouped: readonly string[];
  /** Those that an aggregation keeps: `by (…)`. */
  readonly kept: readonly string[];
  /** The first place that is no PromQL, as far as it goes; null where all of it is. */
  readonly unread: string | null;
}

export interface Selector {
  readonly name: string;
  readonly matchers: readonly { readonly label: string; readonly value: string }[];
}

/** Reads a query with Prometheus' own grammar. A variable of Grafana that stands for a time is one. */
export function readQuery(expr: string): Query {
  const text = expr.replaceAll('$__rate_interval', '5m');
  const selectors: { name: string; matchers: { label: string; value: string }[] }[] = [];
  const labels = { grouped: [] as string[], kept: [] as string[] };
  let unread: string | null = null;
  parser.parse(text).iterate({
    enter({ type, from, to, node }) {
      const said = text.slice(from, to);
      if (type.isError) unread ??= text.slice(0, from).trimEnd();
      else if (type.name === 'VectorSelector') selectors.push({ name: text.slice(from, node.getChild('Identifier')?.to), matchers: [] });
      else if (type.name === 'LabelName' && node.parent?.name === 'GroupingLabels') {
        labels.grouped.push(said);
        if (node.parent.prevSibling?.name === 'By') labels.kept.push(said);
      } else if (type.name === 'UnquotedLabelMatcher') {
        const [label, value] = [node.getChild('LabelName'), node.getChild('StringLiteral')];
        if (label && value)
          selectors.at(-1)?.matchers.push({ label: text.slice(label.from, label.to), value: text.slice(value.from + 1, value.to - 1) });
      }
    },
  });
  return { selectors, ...labels, unread };
}
