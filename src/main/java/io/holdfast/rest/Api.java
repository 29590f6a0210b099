package io.holdfast.rest;

import jakarta.annotation.security.DeclareRoles;
import jakarta.ws.rs.ApplicationPath;
import jakarta.ws.rs.core.Application;

/** The REST API. Its description is META-INF/openapi.yaml. */
@ApplicationPath("/api")
@DeclareRoles("admin")
public class Api extends Application {}
