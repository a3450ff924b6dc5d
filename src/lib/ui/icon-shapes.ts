/** Drawn in a 24 by 24 box. Always beside words, never instead of them. */
export const shapes = {
  tick: 'M4 12.5 9.5 18 20 6.5',
  cross: 'M6 6 18 18M18 6 6 18',
  clock: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM12 7v5.5l3.5 2',
  warning: 'M12 3.5 22 20.5H2zM12 10v5M12 17.4v.2',
  info: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM12 11v6M12 7.4v.2',
  phone: 'M6 3h4l1.5 5-2.5 2a12 12 0 0 0 5 5l2-2.500 5 1.500v4c-9 2-17-6-15-15z',
  saved: 'M5 4h11l3 3v13H5zM8 4v5h7V4M8 20v-6h8v6',
  sending: 'M12 20V5M6 11l6-6 6 6',
  question:
    'M9 9a3 3 0 1 1 4.500 2.600c-1 .6-1.500 1.200-1.500 2.400M12 17.400v.2M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18z',
  up: 'M12 19V6M6 12l6-6 6 6',
  down: 'M12 5v13M6 12l6 6 6-6',
  people:
    'M9 11a3.500 3.500 0 1 0 0-7 3.500 3.500 0 0 0 0 7zM3 20c0-4 2.500-6 6-6s6 2 6 6M16 4.500a3.500 3.500 0 0 1 0 6.500M17.500 14.300c2.300.7 3.500 2.600 3.500 5.700',
} as const;
export type IconName = keyof typeof shapes;
