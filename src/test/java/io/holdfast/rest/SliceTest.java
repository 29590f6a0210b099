package io.holdfast.rest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SliceTest {

  @Test
  void aNextPageBeginsBehindTheLastItemShown() {
    Slice<String> page = Slice.of(List.of("a", "b", "c"), 2, last -> "after " + last);

    assertThat(page.items()).containsExactly("a", "b");
    assertThat(page.next()).isEqualTo("after b");
    assertThat(page.map(String::length)).containsExactly(1, 1);
  }

  @Test
  void theLastPageHasNoNextOne() {
    assertThat(Slice.of(List.of("a", "b"), 2, last -> "after " + last).next()).isNull();
    assertThat(Slice.of(List.<String>of(), 2, last -> "after " + last).next()).isNull();
  }
}
