/** How many lines the log has, as the page says. */
export const lineCount = (): number =>
  Number(document.querySelector<HTMLElement>('#log-count')?.dataset.lines ?? 0);

/** Tells the count whenever the page may say another one: it lies in a part that follows the server. */
export const watchLineCount = (tell: (count: number) => void): void => {
  const region = document.querySelector('#log-header');
  if (region === null) return;
  const observer = new MutationObserver(() => tell(lineCount()));
  observer.observe(region, {
    subtree: true,
    childList: true,
    attributes: true,
    attributeFilter: ['data-lines'],
  });
};
