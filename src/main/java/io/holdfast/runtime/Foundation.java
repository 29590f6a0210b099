package io.holdfast.runtime;

import io.holdfast.callbacks.TryGuard;
import io.holdfast.platform.DurableFiles;
import io.holdfast.platform.Settings;
import io.holdfast.platform.Transactions;
import io.holdfast.repositories.Remote;
import jakarta.persistence.EntityManager;
import java.time.InstantSource;
import java.util.concurrent.ExecutorService;

/**
 * What the house stands on: given by the server, or by a test.
 *
 * @param threads unbounded; its threads may wait for git, for clients and for each other's phases
 * @param remote carries git's calls to remotes out
 * @param tries guards the tries of callbacks
 * @param migrate brings the schema up to date
 */
public record Foundation(
    Settings settings,
    Transactions transactions,
    EntityManager manager,
    DurableFiles files,
    ExecutorService threads,
    InstantSource clock,
    Remote remote,
    TryGuard tries,
    Runnable migrate) {}
