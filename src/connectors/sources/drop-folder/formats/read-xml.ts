import { SaxesParser, type SaxesTagPlain } from 'saxes';
import type { JsonObject, JsonValue } from '../../../contract/index.js';
import { BrokenFile } from './broken-file.js';
import { longestRecord, type RawRecord } from './raw-record.js';

interface Element {
  readonly name: string;
  readonly line: number;
  readonly content: JsonObject;
  text: string;
}

const deepest = 64;

/**
 * Every element of this name, at any depth, is a record: attributes as `@name`, inner elements by their names, a list
 * where one comes several times; an element that holds nothing but text is that text, and text beside others is `#text`.
 */
export async function* readXml(text: AsyncIterable<string>, record: string): AsyncGenerator<RawRecord> {
  const reader = new XmlReader(record);
  for await (const piece of text) yield* reader.read(() => void reader.parser.write(piece));
  yield* reader.read(() => void reader.parser.close());
}

class XmlReader {
  readonly parser = new SaxesParser();
  /** From the record down to where the parser is; empty outside of records. */
  private readonly open: Element[] = [];
  private found: RawRecord[] = [];
  private size = 0;

  constructor(private readonly record: string) {
    this.parser.on('doctype', () => this.refuse('a document type: entities of its own could hold anything'));
    this.parser.on('opentag', (tag) => this.opened(tag));
    this.parser.on('closetag', () => this.closed());
    this.parser.on('text', (text) => this.added(text));
    this.parser.on('cdata', (text) => this.added(text));
    this.parser.on('error', (error) => this.refuse(error.message.replace(/^\d+:\d+: /, '').slice(0, 200)));
  }

  read(step: () => void): RawRecord[] {
    this.found = [];
    step();
    return this.found;
  }

  private opened(tag: SaxesTagPlain): void {
    if (this.open.length === 0 && tag.name !== this.record) return;
    if (this.open.length === 0) this.size = 0;
    if (this.open.length >= deepest) this.refuse(`elements within each other, more than ${deepest} deep`);
    const content = Object.create(null) as JsonObject;
    for (const [name, value] of Object.entries(tag.attributes)) {
      content[`@${name}`] = value;
      this.grow(name.length + value.length);
    }
    this.grow(tag.name.length);
    this.open.push({ name: tag.name, line: this.parser.line, content, text: '' });
  }

  private added(text: string): void {
    const element = this.open.at(-1);
    if (!element) return;
    this.grow(text.length);
    element.text += text;
  }

  private closed(): void {
    const element = this.open.pop();
    if (!element) return;
    const parent = this.open.at(-1);
    const value = valueOf(element);
    if (!parent) this.found.push({ line: element.line, value: typeof value === 'string' ? { '#text': value } : value });
    else parent.content[element.name] = joined(parent.content[element.name], value);
  }

  private grow(by: number): void {
    this.size += by;
    if (this.size > longestRecord) this.refuse(`this record is longer than ${longestRecord} characters`);
  }

  private refuse(reason: string): never {
    throw new BrokenFile(this.parser.line, reason);
  }
}

function valueOf({ content, text }: Element): JsonValue {
  if (Object.keys(content).length === 0) return text;
  if (text.trim() !== '') content['#text'] = text;
  return content;
}

/** The same name again makes a list. */
function joined(before: JsonValue | undefined, value: JsonValue): JsonValue {
  if (before === undefined) return value;
  if (!Array.isArray(before)) return [before, value];
  // In place: copied for each of a hundred thousand elements, one record would take minutes.
  before.push(value);
  return before;
}
