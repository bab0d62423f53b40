import { button, choice, toggle } from './controls.js';

/** What a reader may do with a log beside scrolling. */
export interface LogActions {
  /** `form` is '' for no times, 'clock' or 'since'. */
  showTimes(form: string): void;
  wrap(isOn: boolean): void;
  goToEnd(): void;
  /** Rejects when nothing was copied. */
  copy(): Promise<void>;
}

/** Puts the controls of a log in their place on the page. */
export const addLogOptions = ({ showTimes, wrap, goToEnd, copy }: LogActions): void => {
  const place = document.querySelector('[data-log="options"]');
  if (place === null) return;
  place.append(
    choice('times', ['no times', 'clock', 'since start'], ['', 'clock', 'since'], showTimes),
    toggle('wrap', wrap),
    button('end', goToEnd),
  );
  // Browsers give a page the clipboard only where nobody can read along.
  if (navigator.clipboard !== undefined) place.append(copyButton(copy));
};

const copyButton = (copy: () => Promise<void>): HTMLElement => {
  const element = button('copy', async () => {
    element.textContent = await copy().then(
      () => 'copied',
      () => 'not copied',
    );
    setTimeout(() => {
      element.textContent = 'copy';
    }, 2000);
  });
  return element;
};
