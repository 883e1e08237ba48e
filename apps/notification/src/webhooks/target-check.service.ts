import { Injectable } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import { NotificationConfig } from '../notification.config';
import { Names } from './names.service';
import { hostOf, isPublic, newTargetOf, privateTarget } from './target';

/** A name server that is slow to answer does not hold up a person: the address is checked again at each delivery. */
const LOOKUP_MS = 1_500;

/** Refuses a bad URL while the person who typed it is still there. What protects is the check at the delivery. */
@Injectable()
export class TargetCheck {
  constructor(
    private readonly config: NotificationConfig,
    private readonly names: Names,
  ) {}

  /** @throws DomainError `validation` that names `url` */
  async insistOn(text: string): Promise<void> {
    const url = newTargetOf(text, this.config.webhookAllowPrivate);
    if (this.config.webhookAllowPrivate) return;
    const unknown = this.names.addresses(hostOf(url)).catch(() => []);
    const addresses = await Promise.race([unknown, sleep(LOOKUP_MS, [], { ref: false })]);
    if (addresses.some(({ address }) => !isPublic(address))) throw privateTarget();
  }
}
