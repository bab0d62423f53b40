/** Controls that only a script can serve, so that a script makes them. */
export const button = (text: string, act: () => void): HTMLElement => {
  const element = document.createElement('button');
  element.type = 'button';
  element.textContent = text;
  element.addEventListener('click', act);
  return element;
};

export const toggle = (text: string, act: (isOn: boolean) => void): HTMLElement => {
  const element = button(text, () => {
    const isOn = element.getAttribute('aria-pressed') !== 'true';
    element.setAttribute('aria-pressed', String(isOn));
    act(isOn);
  });
  element.setAttribute('aria-pressed', 'false');
  return element;
};

export const choice = (
  label: string,
  texts: readonly string[],
  values: readonly string[],
  choose: (value: string) => void,
): HTMLElement => {
  const select = document.createElement('select');
  select.setAttribute('aria-label', label);
  select.append(...texts.map((text, index) => new Option(text, values[index])));
  select.addEventListener('change', () => choose(select.value));
  return select;
};
