import { Icon } from './icon.js';

export interface ChoicesProps {
  /** The question above the boxes. */
  label: string;
  name: string;
  options: readonly { value: string; label: string; hint: string }[];
  /** The values that are ticked. */
  chosen: readonly string[];
  /** One sentence: what is wrong and how to mend it. */
  error?: string | undefined;
}

/** Boxes of which any number may be ticked. */
export function Choices(props: ChoicesProps): JSX.Element {
  return (
    <fieldset class={props.error ? 'choices wrong' : 'choices'} aria-describedby={props.error ? `${props.name}-error` : undefined}>
      <legend safe>{props.label}</legend>
      {props.options.map((option) => (
        <div class="choice">
          <input id={`${props.name}-${option.value}`} type="checkbox" name={props.name} value={option.value} checked={props.chosen.includes(option.value)} />
          <label for={`${props.name}-${option.value}`}>
            <span safe>{option.label}</span>
            <span class="second-line" safe>
              {option.hint}
            </span>
          </label>
        </div>
      ))}
      {props.error ? (
        <p class="field-error" id={`${props.name}-error`}>
          <Icon name="alert" />
          <span safe>{props.error}</span>
        </p>
      ) : (
        ''
      )}
    </fieldset>
  );
}
