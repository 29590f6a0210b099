package io.holdfast.rest;

import io.holdfast.repositories.Blocker;
import io.holdfast.repositories.Place;
import io.holdfast.repositories.PlaceQuery;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A place in a repository's line as the API shows it.
 *
 * @param blockedBy null for who is called: nothing but a slot is missing
 */
record PlaceView(
    String repository,
    long position,
    UUID job,
    String state,
    Instant since,
    @Nullable UUID blockedBy,
    @Nullable String why) {

  record Page(List<PlaceView> waiting, @Nullable String nextCursor) {}

  static PlaceView of(Place place) {
    Blocker blocker = place.standing().blocker();
    String repository = place.standing().repository().value();
    return new PlaceView(
        repository,
        place.standing().position(),
        place.standing().job(),
        place.state().name(),
        place.standing().since(),
        blocker == null ? null : blocker.job(),
        blocker == null ? null : why(blocker, repository));
  }

  /** Who is the head of a free line waits for another of its repositories. */
  private static String why(Blocker blocker, String repository) {
    return blocker.repository().value().equals(repository) ? blocker.why() : blocker.toString();
  }

  static String cursor(Place place) {
    return Cursor.ofPlace(new PlaceQuery.Position(place.standing().repository(), place.seq()));
  }
}
