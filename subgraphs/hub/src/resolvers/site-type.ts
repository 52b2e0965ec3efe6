import { Directive, Field, Float, ID, ObjectType, registerEnumType } from 'type-graphql';
import { SiteConnectionState } from '../domain/sites/site-connection.js';

registerEnumType(SiteConnectionState, {
  name: 'SiteConnectionState',
  description: 'Whether the Hub can work with a Site now.',
  valuesConfig: {
    CONNECTED: { description: 'It answers, and its schema fits.' },
    DISCONNECTED: { description: 'It does not answer, or not this Hub.' },
    INCOMPATIBLE: { description: 'It answers, but its schema contradicts the others\'; it is left out of the graph.' },
    UNKNOWN: { description: 'It was not asked yet, or its schema has not been read yet; the graph still misses it.' },
  },
});

@ObjectType({ description: 'Where a Site is, for people and for a map.' })
@Directive('@shareable')
export class Location {
  @Field(() => String, { description: 'A name for the place, for example `Frankfurt`.' })
  label!: string;

  @Field(() => Float, { nullable: true, description: 'Degrees north of the equator.' })
  latitude!: number | null;

  @Field(() => Float, { nullable: true, description: 'Degrees east of Greenwich.' })
  longitude!: number | null;
}

@ObjectType({ description: 'How the Hub gets on with a Site.' })
export class SiteConnection {
  @Field(() => SiteConnectionState, { description: 'Whether it can be worked with now.' })
  state!: SiteConnectionState;

  @Field(() => String, { nullable: true, description: 'Why it is not CONNECTED.' })
  reason!: string | null;

  @Field(() => Date, { description: 'Since when it is in this state, as this Hub has seen it.' })
  since!: Date;

  @Field(() => Date, { nullable: true, description: 'When it last answered; null when it has not yet.' })
  lastSeenAt!: Date | null;

  @Field(() => String, { nullable: true, description: 'Which type and field of its schema contradicts the others\'; null when none does.' })
  compatibility!: string | null;
}

@ObjectType({ description: 'One physical location: a datacenter, a cloud zone.' })
@Directive('@key(fields: "id")')
export class Site {
  @Field(() => ID, { description: 'A DNS label; the first part of every id of this Site.' })
  id!: string;

  @Field(() => String, { description: 'A name for people.' })
  @Directive('@shareable')
  name!: string;

  @Field(() => Location, { description: 'Where it is.' })
  @Directive('@shareable')
  location!: Location;

  @Field(() => Date, { nullable: true, description: 'When it joined this Hub; null when it is not registered any more.' })
  registeredAt!: Date | null;

  @Field(() => SiteConnection, { nullable: true, description: 'How the Hub gets on with it; null when it is not registered any more.' })
  connection?: SiteConnection | null;
}

@ObjectType({ description: 'How the connection of a Site has changed.' })
export class SiteConnectionChange {
  @Field(() => String, { description: 'Give it as `after` to go on behind this one.' })
  cursor!: string;

  @Field(() => Site, { description: 'The Site as it is now.' })
  site!: Site;

  @Field(() => SiteConnectionState, { description: 'Its state before.' })
  from!: SiteConnectionState;

  @Field(() => SiteConnectionState, { description: 'Its state from then on.' })
  to!: SiteConnectionState;

  @Field(() => String, { nullable: true, description: 'Why it is not CONNECTED.' })
  reason!: string | null;

  @Field(() => Date, { description: 'When.' })
  at!: Date;

  @Field(() => Boolean, { description: 'True for the present state, which comes first: to a new subscriber, and when events behind `after` are not kept any more.' })
  snapshot!: boolean;
}
