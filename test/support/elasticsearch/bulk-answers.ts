import { type BulkAnswer, type BulkRow, json } from "./recorded-server.ts";

/** Answers of `_bulk` as real servers, and what is before them, give them. */

/** One row after the other; null: as a server that is well. */
export function items(verdict: (row: BulkRow, i: number) => object | null): BulkAnswer {
  return ({ rows, response, take }) => {
    const answers = rows.map((row, i) => {
      const said = verdict(row, i);
      return said === null ? take(row) : { create: { _id: row.id, ...said } };
    });
    json(response, 200, { errors: true, items: answers });
  };
}

export function failed(status: number, type: string, reason: string): object {
  return { status, error: { type, reason } };
}

/** The whole request refused, in Elasticsearch's own form. */
export function refused(status: number, type: string, reason: string): BulkAnswer {
  return ({ response }) => json(response, status, { error: { type, reason }, status });
}

export function withHeaders(headers: Readonly<Record<string, string>>, answer: BulkAnswer): BulkAnswer {
  return (request) => {
    for (const [name, value] of Object.entries(headers)) request.response.setHeader(name, value);
    answer(request);
  };
}

/** A page of a proxy or a login portal, which knows nothing of Elasticsearch. */
export function page(status: number, headers: Readonly<Record<string, string>> = {}): BulkAnswer {
  return ({ response }) => {
    response.removeHeader("x-elastic-product");
    response.writeHead(status, { "content-type": "text/html", ...headers }).end("<html><h1>Sign in</h1></html>");
  };
}

export const emptyBody: BulkAnswer = ({ response }) => void response.writeHead(413).end();

export const notJson: BulkAnswer = ({ response }) =>
  void response.writeHead(200, { "content-type": "application/json" }).end('{"items":[{"create":');

export const notABulkAnswer: BulkAnswer = ({ response }) => json(response, 200, { acknowledged: true });

/** The rows are taken, but one is not mentioned. */
export const fewerItems: BulkAnswer = ({ rows, response, take }) =>
  json(response, 200, { errors: false, items: rows.map(take).slice(1) });

/** The rows are taken, and one is mentioned twice in place of another. */
export const namesOneTwice: BulkAnswer = ({ rows, response, take }) => {
  const answers = rows.map(take);
  json(response, 200, { errors: false, items: answers.map((one, i) => (i === 1 ? answers[0] : one)) });
};

/** As many items as rows, and none says which. */
export const namesNone: BulkAnswer = ({ rows, response }) =>
  json(response, 200, { errors: false, items: rows.map(() => ({ create: { status: 201 } })) });

export const hangs: BulkAnswer = () => undefined;

/** Taken, but nobody hears of it: the connection ends in the middle of the answer. */
export const cutOff: BulkAnswer = ({ rows, response, take }) => {
  const text = JSON.stringify({ items: rows.map(take) });
  response.writeHead(200, { "content-type": "application/json", "content-length": text.length + 1 });
  response.write(text, () => response.socket?.resetAndDestroy());
};

/** One byte at a time, forever below any idle time-out. */
export const drips: BulkAnswer = ({ response }) => {
  response.writeHead(200, { "content-type": "application/json" });
  const timer = setInterval(() => response.write(" "), 20);
  response.on("close", () => clearInterval(timer));
};

/** More than any answer of the bulk API has. */
export const tooMuch: BulkAnswer = ({ response }) => {
  const bytes = 17 * 1024 ** 2;
  response.writeHead(200, { "content-type": "application/json", "content-length": bytes });
  response.on("error", () => undefined);
  response.end(Buffer.alloc(bytes, " "));
};
