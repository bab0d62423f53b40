/** The form that every button which changes something belongs to, by its attribute `form`. */
export const actionFormId = 'actions';

/**
 * The visitor's token. It stands apart from the buttons, which are part of live regions: those are made once for
 * everybody of the same rights, and the token is one visitor's alone.
 */
export const ActionForm = ({ token }: { token: string }) => (
  <form id={actionFormId} method="post" hidden>
    <input type="hidden" name="token" value={token} />
  </form>
);
