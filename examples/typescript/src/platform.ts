// The platform's own records, and what the registry is told of each: the one place where the two meet.
import { readFileSync } from 'node:fs';
import type { AgencyInput, IdentityInput, OperatorInput, StreamerInput } from './generated.js';

/** Somebody as the platform's own system exports him. */
interface Somebody {
  id: string;
  name: string;
  number: string;
  phone: string;
  address: string;
  county: string;
}

interface Room extends Somebody {
  holder: 'company' | 'person';
}

interface Streamer extends Somebody {
  occupation: string;
  room: string;
  agency: string;
}

interface Platform {
  agencies: Somebody[];
  rooms: Room[];
  streamers: Streamer[];
}

/** Everybody whom the platform registers. */
export interface People {
  agencies: AgencyInput[];
  operators: OperatorInput[];
  streamers: StreamerInput[];
}

const USCC = { kind: 'USCC', method: '统一社会信用代码核验' } as const;
const RESIDENT_ID = { kind: 'RESIDENT_ID', method: '居民身份证核验' } as const;

/** What everybody has; what is not named in an input is not sent, so the registry keeps what it has of it. */
function common({ id, name, number, phone }: Somebody, { kind, method }: typeof USCC | typeof RESIDENT_ID, at: Date) {
  return {
    externalId: id,
    name,
    identity: { kind, number } satisfies IdentityInput,
    phone,
    verification: { at: at.toISOString(), method },
  };
}

function byId<T extends Somebody>(all: T[], id: string): T {
  const found = all.find((one) => one.id === id);
  if (!found) throw new Error(`the export names ${id} but does not hold it`);
  return found;
}

/** The export, everybody verified at a moment. */
export function people(verifiedAt: Date): People {
  const { agencies, rooms, streamers } = JSON.parse(
    readFileSync(new URL('../../platform.json', import.meta.url), 'utf8'),
  ) as Platform;
  const address = ({ address, county }: Somebody) => ({ text: address, division: county });
  const identity = (room: Room) => ({ kind: documentOf(room).kind, number: room.number });
  return {
    agencies: agencies.map((agency) => ({ ...common(agency, USCC, verifiedAt), domicile: address(agency) })),
    operators: rooms.map((room) => ({
      ...common(room, documentOf(room), verifiedAt),
      form: room.holder === 'company' ? 'LEGAL_PERSON' : 'NATURAL_PERSON',
      businessAddress: address(room),
      accounts: [{ accountNumber: room.id, role: 'HOLDER' }],
    })),
    streamers: streamers.map((streamer) => ({
      ...common(streamer, RESIDENT_ID, verifiedAt),
      residence: address(streamer),
      occupation: streamer.occupation,
      operators: [identity(byId(rooms, streamer.room))],
      agency: { kind: USCC.kind, number: byId(agencies, streamer.agency).number },
    })),
  };
}

function documentOf(room: Room) {
  return room.holder === 'company' ? USCC : RESIDENT_ID;
}
