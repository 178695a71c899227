export { Perennial } from './client.ts';
export { NotDelivered } from './sender.ts';
export type {
  AliasCall,
  ChangeTraitsCall,
  Common,
  Dropped,
  DropReason,
  GroupCall,
  IdentifyCall,
  Options,
  PageCall,
  Person,
  Properties,
  TrackCall,
  Waiting,
} from './types.ts';
export { VERSION } from './version.ts';
