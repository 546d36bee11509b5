import { readHistory, type HistoryRow } from '../../mirror/sql/read-history.js';
import { listDocuments, type DocumentFilter, type ListedDocument } from '../../mirror/sql/list-documents.js';
import { showDocuments, type MirroredDocument } from '../../mirror/sql/show-document.js';
import type { Sql } from '../../database/sql.js';
import { Refusal } from '../../model/refusal.js';
import { knownNames } from '../../queue/sql/known-names.js';
import { unknownName } from '../../queue/queue-service.js';

/** What was delivered, for people to look at. */
export class DocumentService {
  constructor(private readonly sql: Sql) {}

  /** Rejects with one sentence where a name is not known. */
  async list(filter: DocumentFilter, cursor: string | undefined, limit: number): Promise<{ items: ListedDocument[]; next: string | null }> {
    const { pipelines, connections } = await knownNames(this.sql);
    if (filter.pipeline !== undefined && !pipelines.includes(filter.pipeline)) throw unknownName('pipeline', filter.pipeline, pipelines);
    if (filter.connection !== undefined && !connections.includes(filter.connection))
      throw unknownName('connection', filter.connection, connections);
    return listDocuments(this.sql, filter, cursor, limit);
  }

  /** The one document of this key; where several shops have one, `connection` says of which. */
  async show(documentKey: string, connection: string | undefined): Promise<MirroredDocument> {
    const rows = await showDocuments(this.sql, documentKey);
    const [row, ...others] = rows.filter((one) => connection === undefined || one.connection === connection);
    if (!row)
      throw new Refusal(
        'unknown',
        `Nothing was ever sent under the document key ${documentKey}${connection === undefined ? '' : ` to ${connection}`}.`,
      );
    if (others.length > 0)
      throw new Refusal(
        'conflict',
        `Several shops have this document: say ?connection= ${rows.map((one) => one.connection).join(' or ')}.`,
      );
    return row;
  }

  async history(documentKey: string, connection: string | undefined): Promise<HistoryRow[]> {
    const { pipeline, entityKey } = await this.show(documentKey, connection);
    return readHistory(this.sql, { pipelines: [pipeline], entityKey, documentKey });
  }
}
