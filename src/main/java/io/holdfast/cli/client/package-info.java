/** The REST API as a client sees it: requests, problems, live output that survives the server. */
@NullMarked
package io.holdfast.cli.client;

import org.jspecify.annotations.NullMarked;
