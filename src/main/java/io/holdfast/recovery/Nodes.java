package io.holdfast.recovery;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The servers that ever worked on this database. Every method is its own transaction. */
public interface Nodes {

  /** By id, a page of those behind {@code after}. */
  List<NodeStatus> list(@Nullable String after, int limit);
}
