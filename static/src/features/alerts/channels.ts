/** The API of channels, and the words for what it answers. */
import { type Key, t } from "../../lib/i18n";
import type { components } from "../../lib/schema";

type Shapes = components["schemas"];
export type Channel = Shapes["ChannelView"];
export type ChannelList = Shapes["ChannelList"];
export type Delivery = Shapes["ChannelDeliveryView"];
export type ChannelKind = Channel["kind"];
export type Severity = Channel["lowest"];

export const CHANNELS = "/api/channels";
export const channelPath = (channel: Channel): string => `${CHANNELS}/${channel.id}`;

export const KIND_NAMES: Readonly<Record<ChannelKind, Key>> = {
  webhook: "channels.webhook",
  slack: "channels.slack",
  email: "channels.email",
};
export const LOWEST_NAMES: Readonly<Record<Severity, Key>> = {
  info: "channels.from_info",
  warning: "channels.from_warning",
  critical: "channels.only_critical",
};
export const kindName = (kind: ChannelKind): string => t(KIND_NAMES[kind]);
/** Whether something of the channel is on its way, and the page is to look again soon. */
export const isSending = (channel: Channel): boolean => channel.last_delivery?.state === "queued";
