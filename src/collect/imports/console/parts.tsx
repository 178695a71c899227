/** What screens of other slices may use: the same table of columns for files and for databases. */
export { MappingFields } from './MappingFields.tsx';
export { MappingTable } from './MappingTable.tsx';
