package io.holdfast.callbacks;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** The tables of deliveries. Every method runs in its caller's transaction. */
public interface DeliveryStore {

  /**
   * Claims what is due, the longest due first; nothing if this epoch is over.
   *
   * @param atMost in all
   * @param perLane in flight at once in a healthy lane; one in a lane in trouble
   */
  List<Parcel> claim(int atMost, int perLane, Duration lease, Instant now);

  /**
   * Writes how tries ended, each with its try's row.
   *
   * @return those that were still claimed so; the others belong to someone else now
   */
  Set<UUID> settle(Collection<Settlement> settlements, Instant now);

  /** Lanes in trouble among these, locked. */
  Map<String, LaneHealth> troubled(Collection<String> lanes);

  void trouble(String lane, LaneHealth health);

  void healed(String lane);

  /** Nothing more is sent to the parcel's target; what is pending for it fails. */
  void disable(Parcel parcel, String reason, Instant now);

  /** What a former life of this node had in flight is pending again, due as it was. */
  int recover(Instant now);

  /** The same of every node's claims whose lease is over. */
  int releaseExpired(Instant now);

  /**
   * Drops what was delivered before.
   *
   * @return how many
   */
  int drop(Instant deliveredBefore, int atMost);

  Optional<Delivery> find(UUID delivery);

  List<Delivery.Try> tries(UUID delivery);

  /** Newest first. */
  List<Delivery> list(Delivery.Query query);

  Delivery.Overview overview(Instant now);

  /**
   * Makes a delivery due now, with the whole schedule before it. False if it is in flight, or its
   * target is disabled or gone.
   */
  boolean redeliver(UUID delivery, Instant now);

  /** The same of all that failed since; how many. */
  int redeliverFailed(Instant since, Instant now);
}
