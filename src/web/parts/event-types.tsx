import { eventTypes } from '../../events/index.js';

/** A field for an event type, or all types before a dot, with those there are to choose from. */
export const EventTypes = ({ value }: { value: string }) => (
  <>
    <label>
      <span>What</span>
      <input name="type" list="event-types" value={value} autoComplete="off" data-key="/" />
    </label>
    <datalist id="event-types">
      {[...new Set(eventTypes.map((type) => type.slice(0, type.indexOf('.')))), ...eventTypes].map((type) => (
        <option key={type} value={type} />
      ))}
    </datalist>
  </>
);
