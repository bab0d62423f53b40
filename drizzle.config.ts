import { defineConfig } from 'drizzle-kit';

export default defineConfig({
  dialect: 'sqlite',
  schema: ['./src/store/events-table.ts', './src/store/projection-versions.ts', './projections/*.ts'],
  out: './drizzle',
});
