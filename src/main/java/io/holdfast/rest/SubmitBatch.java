package io.holdfast.rest;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The body of a submit of many. */
record SubmitBatch(@Nullable List<SubmitRequest> jobs) {}
