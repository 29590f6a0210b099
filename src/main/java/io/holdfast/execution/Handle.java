package io.holdfast.execution;

import java.util.UUID;

/**
 * What finds an attempt again after a crash. Its parts are stored with the attempt before anything
 * is started.
 *
 * @param session names the attempt's output
 * @param token proves that a claim on disk belongs to this launch
 * @param bootId the machine's boot when the launch was committed
 */
public record Handle(AttemptKey key, UUID session, UUID token, String bootId) {}
