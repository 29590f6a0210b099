package io.holdfast.rest;

import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A page of a list and where the next one begins.
 *
 * @param next null at the end
 */
record Slice<T>(List<T> items, @Nullable String next) {

  /**
   * @param found one more than {@code size}, if there are more
   * @param cursor of the page's last item
   */
  static <T> Slice<T> of(List<T> found, int size, Function<T, String> cursor) {
    List<T> page = found.subList(0, Math.min(size, found.size()));
    return new Slice<>(page, found.size() > size ? cursor.apply(page.get(size - 1)) : null);
  }

  <R> List<R> map(Function<T, R> view) {
    return items.stream().map(view).toList();
  }
}
