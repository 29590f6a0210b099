package io.holdfast.jobs;

import io.holdfast.repositories.Grant;

/** A job that this node has taken, with the repositories it was given. */
record Claimed(Job job, Grant.Granted grant) {}
