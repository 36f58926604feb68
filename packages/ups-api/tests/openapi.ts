import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import { existsSync, readFileSync } from 'node:fs';
import { parse } from 'yaml';
import type { UpsRequest } from '../client/transport.js';

/** UPS's own files lie beside the repository and are no part of it. */
const folder = new URL('../../../../shared/specs/ups/', import.meta.url);

export const specsAreThere = existsSync(folder);

/** One thing that UPS's file asks for and UPS itself does not do, or that no client can do. */
export interface Deviation {
  /** The pointer into the request or answer, and the keyword of the file that is not held to. */
  readonly at: RegExp;
  readonly keyword: string;
  readonly why: string;
}

interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required?: boolean;
  readonly schema: object;
}

type Content = Record<string, { schema: object; examples?: Record<string, { value: unknown }> }> | undefined;

interface Operation {
  readonly parameters?: readonly (Parameter | { readonly $ref: string })[];
  readonly requestBody?: { readonly content: Content };
  readonly responses: Record<string, { readonly content?: Content }>;
}

interface Document {
  readonly servers?: readonly { readonly url: string }[];
  readonly paths: Record<string, Record<string, Operation & { servers?: readonly { url: string }[] }>>;
  readonly webhooks?: Record<string, { post: Operation }>;
  readonly components: { readonly parameters?: Record<string, Parameter> };
}

/** One of UPS's OpenAPI files. Every check gives what is wrong, as `pointer keyword`, without the deviations that it was told of. */
export class UpsSpec {
  readonly used = new Set<Deviation>();
  private readonly document: Document;
  private readonly ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false, logger: false });
  private readonly deviations: readonly Deviation[];
  private readonly validators = new WeakMap<object, ValidateFunction>();

  constructor(file: string, deviations: readonly Deviation[]) {
    this.document = parse(readFileSync(new URL(file, folder), 'utf8'), { uniqueKeys: false }) as Document;
    this.deviations = deviations;
    withoutOccurrences(this.document);
    withoutStrangers(this.document);
    this.ajv.addSchema(this.document, 'spec');
  }

  /** The bodies that the file gives as examples of requests to an operation, by UPS's names for them. */
  exampleBodies(template: string, method: UpsRequest['method']): Map<string, unknown> {
    const examples = this.operation(template, method).requestBody?.content?.['application/json']?.examples ?? {};
    return new Map(Object.entries(examples).map(([name, { value }]) => [name, value]));
  }

  /** Whether the operation at this path of the file takes the request: path, query, headers, body. */
  checkRequest(template: string, request: UpsRequest): string[] {
    const operation = this.operation(template, request.method);
    const url = new URL(request.path, 'https://ups.invalid');
    const values = this.pathValues(template, url.pathname);
    if (values === null) return [`path ${url.pathname} is not ${template}`];
    const parameters = (operation.parameters ?? []).map((parameter) => this.resolve(parameter));
    const known = new Set(parameters.filter((parameter) => parameter.in === 'query').map(({ name }) => name));
    const strangers = [...url.searchParams.keys()].filter((name) => !known.has(name)).map((name) => `query ${name} is unknown`);
    const wrong = parameters.flatMap((parameter) => {
      const value = { path: values[parameter.name], query: url.searchParams.get(parameter.name) ?? undefined, header: request.headers[parameter.name] }[parameter.in];
      if (value === undefined) return parameter.required === true ? [`${parameter.in} ${parameter.name} is missing`] : [];
      return this.errors(parameter.schema, value, `/${parameter.in}/${parameter.name}`);
    });
    return [...strangers, ...wrong, ...this.checkBody(operation.requestBody?.content, request)];
  }

  /** Whether the file has this answer to the operation. */
  checkAnswer(template: string, method: UpsRequest['method'], status: number, body: unknown): string[] {
    const schema = this.operation(template, method).responses[String(status)]?.content?.['application/json']?.schema;
    if (schema === undefined) return [`status ${status} is not in the file`];
    return [...this.errors(schema, body, ''), ...(status < 400 || hasErrors(body) ? [] : ['no errors in an error answer'])];
  }

  /** Whether the file's webhook is such an event. */
  checkWebhook(name: string, body: unknown): string[] {
    const schema = this.document.webhooks?.[name]?.post.requestBody?.content?.['application/json']?.schema;
    return schema === undefined ? [`webhook ${name} is not in the file`] : this.errors(schema, body, '');
  }

  private checkBody(content: Content, request: UpsRequest): string[] {
    if (content === undefined) return request.body === undefined ? [] : ['the operation takes no body'];
    const type = request.headers['content-type'] ?? '';
    const schema = content[type]?.schema;
    if (schema === undefined) return [`content-type ${type} is not in the file`];
    const body: unknown = type === 'application/json' ? JSON.parse(request.body ?? 'null') : Object.fromEntries(new URLSearchParams(request.body));
    return this.errors(schema, body, '');
  }

  private errors(schema: object, value: unknown, at: string): string[] {
    const validate = this.validators.get(schema) ?? this.ajv.compile(rooted(schema));
    this.validators.set(schema, validate);
    if (validate(value)) return [];
    return (validate.errors ?? []).filter((error) => !this.excused(error, at)).map((error) => `${at}${placeOf(error)} ${error.keyword}: ${error.message ?? ''}`);
  }

  private excused(error: ErrorObject, at: string): boolean {
    const deviation = this.deviations.find((each) => each.keyword === error.keyword && each.at.test(at + placeOf(error)));
    if (deviation !== undefined) this.used.add(deviation);
    return deviation !== undefined;
  }

  private operation(template: string, method: string): Operation {
    const operation = this.document.paths[template]?.[method.toLowerCase()];
    if (operation === undefined) throw new Error(`UPS's file has no ${method} ${template}`);
    return operation;
  }

  /** The parameters in a path of ours, by the server's and the file's template; null when it is another path. */
  private pathValues(template: string, path: string): Record<string, string> | null {
    const item = Object.values(this.document.paths[template] ?? {})[0];
    const server = (item?.servers ?? this.document.servers)?.[0]?.url ?? '';
    const base = server.replace(/^https:\/\/[^/]+/, '');
    const names: string[] = [];
    const pattern = (base + template).replaceAll(/[.*+?^$()|[\]\\]/g, String.raw`\$&`).replaceAll(/\{(\w+)\}/g, (_all, name: string) => {
      names.push(name);
      return '([^/]+)';
    });
    const found = new RegExp(`^${pattern}$`).exec(path);
    return found === null ? null : Object.fromEntries(names.map((name, index) => [name, decodeURIComponent(found[index + 1] ?? '')]));
  }

  private resolve(parameter: Parameter | { readonly $ref: string }): Parameter {
    if (!('$ref' in parameter)) return parameter;
    const resolved = this.document.components.parameters?.[parameter.$ref.split('/').at(-1) ?? ''];
    if (resolved === undefined) throw new Error(`UPS's file has no ${parameter.$ref}`);
    return resolved;
  }
}

/** Where it is; of a field that the file does not have, the field. */
function placeOf({ instancePath, keyword, params }: ErrorObject): string {
  return keyword === 'additionalProperties' ? `${instancePath}/${(params as { additionalProperty: string }).additionalProperty}` : instancePath;
}

/** References of a schema lead into the document that it was taken from. */
function rooted(schema: object): object {
  return JSON.parse(JSON.stringify(schema).replaceAll('"$ref":"#/', '"$ref":"spec#/')) as object;
}

/** UPS's files require none of an error answer's parts. */
function hasErrors(body: unknown): boolean {
  const { response, errors = response?.errors } = body as { response?: { errors?: unknown }; errors?: unknown };
  return Array.isArray(errors) && errors.length > 0;
}

/** UPS's files say which fields there are, and not that there are no others: a misspelt name would pass. */
function withoutStrangers(node: unknown): void {
  if (typeof node !== 'object' || node === null) return;
  const schema = node as { properties?: unknown; type?: unknown; additionalProperties?: unknown };
  if (!Array.isArray(node) && schema.type === 'object' && typeof schema.properties === 'object') schema.additionalProperties ??= false;
  for (const child of Object.values(node)) withoutStrangers(child);
}

/** UPS's files use `minimum` and `maximum` for how often a field may occur; on a number they would bound its value (a weight of at most 1). */
function withoutOccurrences(node: unknown): void {
  if (typeof node !== 'object' || node === null) return;
  if (!Array.isArray(node)) {
    for (const name of ['minimum', 'maximum'] as const) if (typeof (node as Record<string, unknown>)[name] === 'number') delete (node as Record<string, unknown>)[name];
  }
  for (const child of Object.values(node)) withoutOccurrences(child);
}
