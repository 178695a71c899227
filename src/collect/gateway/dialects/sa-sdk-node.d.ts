declare module 'sa-sdk-node' {
  /** What the tests use of the package, which brings no types. */
  interface Submitter {
    subscribe(onNext: () => void): void;
  }
  class SensorsAnalytics {
    submitTo(options: object): Submitter;
    track(distinctId: string, event: string, properties: object): void;
    trackSignup(distinctId: string, originalId: string, properties: object): void;
    profileSet(distinctId: string, properties: object): void;
    profileSetOnce(distinctId: string, properties: object): void;
    profileIncrement(distinctId: string, properties: object): void;
    profileAppend(distinctId: string, properties: object): void;
    profileUnset(distinctId: string, names: string[]): void;
    itemSet(itemType: string, itemId: string, properties: object): void;
  }
  export = SensorsAnalytics;
}
