import { postcss } from 'vite';
import { expect, test } from 'vitest';
