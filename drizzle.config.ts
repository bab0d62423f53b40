import { defineConfig } from 'drizzle-kit';

export default defineConfig({
  dialect: 'sqlite',
  schema: [
    './src/store/database/events-table.ts',
    './src/store/rebuild/projection-versions.ts',
    './projections/*.ts',
  ],
  out: './drizzle',
});
