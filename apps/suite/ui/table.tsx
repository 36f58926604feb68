/** What a column holds decides how it stands in the table and on the card of a small screen. */
export interface Column {
  label: string;
  /** `head` names the row · `state` holds the badge · `number` stands right · `actions` shows its label to readers only. */
  kind?: 'head' | 'state' | 'number' | 'actions';
}

/** One row: a piece of markup per column, in the columns' order. */
export interface Row {
  id?: string;
  cells: JSX.Element[];
}

/** A table with caption, column heads and row heads; on small screens each row becomes a card. */
export function Table(props: { caption: string; columns: Column[]; rows: Row[]; id?: string | undefined }): JSX.Element {
  return (
    <div class="table-frame" data-columns={`${props.columns.length}`}>
      <table class="rows" id={props.id}>
        <caption class="visually-hidden" safe>
          {props.caption}
        </caption>
        <thead>
          <tr>
            {props.columns.map((column) => (
              <th scope="col" class={column.kind}>
                <span class={column.kind === 'actions' ? 'visually-hidden' : undefined} safe>
                  {column.label}
                </span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {props.rows.map((row) => (
            <tr id={row.id}>{props.columns.map((column, index) => cell(column, row.cells[index] ?? ''))}</tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function cell(column: Column, safeContent: JSX.Element): JSX.Element {
  if (column.kind === 'head') {
    return (
      <th scope="row" class="head">
        {safeContent}
      </th>
    );
  }
  return (
    <td class={column.kind} data-label={column.kind === undefined || column.kind === 'number' ? column.label : undefined}>
      <div>{safeContent}</div>
    </td>
  );
}

/** A second, lighter line inside a cell. */
export function SecondLine({ text }: { text: string }): JSX.Element {
  return (
    <span class="second-line" safe>
      {text}
    </span>
  );
}

/** Plain text as markup, for cells. */
export function Text({ text }: { text: string }): JSX.Element {
  return <span safe>{text}</span>;
}
