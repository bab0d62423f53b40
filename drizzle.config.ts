import { defineConfig } from 'drizzle-kit';

export default defineConfig({
  dialect: 'sqlite',
  schema: ['./src/store/events-table.ts', './projections/*.ts'],
  out: './drizzle',
});
