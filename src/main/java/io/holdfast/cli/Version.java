package io.holdfast.cli;

import picocli.CommandLine.IVersionProvider;

/** The version in the manifest of the launcher's jar. */
final class Version implements IVersionProvider {

  @Override
  public String[] getVersion() {
    String version = Version.class.getPackage().getImplementationVersion();
    return new String[] {"holdfast " + (version == null ? "(development)" : version)};
  }
}
