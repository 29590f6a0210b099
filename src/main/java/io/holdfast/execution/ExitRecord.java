package io.holdfast.execution;

import java.time.Instant;
import java.util.OptionalDouble;
import java.util.UUID;

/**
 * What the runner wrote when the command ended: the strongest fact there is.
 *
 * @param token of the launch it belongs to
 * @param code as a shell reports it: 128 + n for an end by signal n
 * @param cpuSeconds of the command and what it waited for
 * @param endedAt when the record was written
 */
public record ExitRecord(UUID token, int code, OptionalDouble cpuSeconds, Instant endedAt) {}
