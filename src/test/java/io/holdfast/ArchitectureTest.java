package io.holdfast;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Timestamp;
import java.util.Calendar;
import java.util.Date;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The house: who may know whom, and what its cores are free of. */
@AnalyzeClasses(packages = "io.holdfast", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

  private static final String[] CORES = {
    "io.holdfast.jobs",
    "io.holdfast.execution",
    "io.holdfast.repositories",
    "io.holdfast.callbacks",
    "io.holdfast.workspace",
    "io.holdfast.recovery",
    "io.holdfast.statistics",
    "io.holdfast.security"
  };

  /** The arrows. A feature that is not named here may not exist; every arrow points inward. */
  @ArchTest
  static final ArchRule the_arrows_point_inward =
      layeredArchitecture()
          .consideringOnlyDependenciesInLayers()
          .layer("runtime")
          .definedBy("io.holdfast.runtime..")
          .layer("rest")
          .definedBy("io.holdfast.rest..")
          .layer("recovery")
          .definedBy("io.holdfast.recovery..")
          .layer("jobs")
          .definedBy("io.holdfast.jobs..")
          .layer("workspace")
          .definedBy("io.holdfast.workspace..")
          .layer("repositories")
          .definedBy("io.holdfast.repositories..")
          .layer("callbacks")
          .definedBy("io.holdfast.callbacks..")
          .layer("execution")
          .definedBy("io.holdfast.execution..")
          .layer("statistics")
          .definedBy("io.holdfast.statistics..")
          .layer("security")
          .definedBy("io.holdfast.security..")
          .layer("platform")
          .definedBy("io.holdfast.platform..")
          .layer("cli")
          .definedBy("io.holdfast.cli..")
          .whereLayer("runtime")
          .mayOnlyAccessLayers(
              "rest",
              "recovery",
              "jobs",
              "workspace",
              "repositories",
              "callbacks",
              "execution",
              "statistics",
              "security",
              "platform")
          .whereLayer("rest")
          .mayOnlyAccessLayers(
              "jobs", "repositories", "callbacks", "recovery", "statistics", "security", "platform")
          .whereLayer("recovery")
          .mayOnlyAccessLayers(
              "jobs",
              "execution",
              "repositories",
              "callbacks",
              "workspace",
              "statistics",
              "platform")
          .whereLayer("jobs")
          .mayOnlyAccessLayers(
              "execution", "repositories", "callbacks", "workspace", "statistics", "platform")
          .whereLayer("workspace")
          .mayOnlyAccessLayers("repositories", "platform")
          .whereLayer("repositories")
          .mayOnlyAccessLayers("platform")
          .whereLayer("callbacks")
          .mayOnlyAccessLayers("platform")
          .whereLayer("execution")
          .mayOnlyAccessLayers("platform")
          .whereLayer("statistics")
          .mayOnlyAccessLayers("platform")
          .whereLayer("security")
          .mayOnlyAccessLayers("platform")
          .whereLayer("platform")
          .mayNotAccessAnyLayer()
          .whereLayer("cli")
          .mayNotAccessAnyLayer()
          .whereLayer("cli")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("runtime")
          .mayNotBeAccessedByAnyLayer();

  @ArchTest
  static final ArchRule features_are_free_of_circles =
      slices().matching("io.holdfast.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule cores_are_pure =
      classes()
          .that()
          .resideInAnyPackage(CORES)
          .should()
          .onlyDependOnClassesThat(
              resideInAnyPackage("java..", "org.jspecify..", "io.holdfast..")
                  .and(resideOutsideOfPackage("java.sql..")));

  @ArchTest
  static final ArchRule the_platform_is_plain_java =
      classes()
          .that()
          .resideInAPackage("io.holdfast.platform..")
          .should()
          .onlyDependOnClassesThat(
              resideInAnyPackage("java..", "org.jspecify..", "io.holdfast.platform.."));

  @ArchTest
  static final ArchRule cores_do_not_know_their_adapters =
      noClasses()
          .that()
          .resideInAnyPackage(CORES)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.holdfast.*.store..", "io.holdfast.*.process..", "io.holdfast.*.http..");

  @ArchTest
  static final ArchRule stores_are_put_together_by_the_runtime_only =
      onlyUsedBy("io.holdfast.(*).store..", "io.holdfast.*.store..", "io.holdfast.runtime..");

  @ArchTest
  static final ArchRule the_executor_is_put_together_by_the_runtime_only =
      onlyUsedBy(
          "io.holdfast.execution.process..",
          "io.holdfast.execution.process..",
          "io.holdfast.runtime..");

  @ArchTest
  static final ArchRule git_is_used_by_clones_and_working_copies_only =
      onlyUsedBy(
          "io.holdfast.repositories.process..",
          "io.holdfast.repositories.process..",
          "io.holdfast.workspace.process..",
          "io.holdfast.runtime..");

  @ArchTest
  static final ArchRule working_copies_are_put_together_by_the_runtime_only =
      onlyUsedBy(
          "io.holdfast.workspace.process..",
          "io.holdfast.workspace.process..",
          "io.holdfast.runtime..");

  @ArchTest
  static final ArchRule the_sender_is_put_together_by_the_runtime_only =
      onlyUsedBy(
          "io.holdfast.callbacks.http..", "io.holdfast.callbacks.http..", "io.holdfast.runtime..");

  private static ArchRule onlyUsedBy(String adapter, String... users) {
    return classes()
        .that()
        .resideInAPackage(adapter)
        .should()
        .onlyHaveDependentClassesThat()
        .resideInAnyPackage(users);
  }

  @ArchTest
  static final ArchRule a_store_knows_no_other_store =
      slices().matching("io.holdfast.(*).store..").should().notDependOnEachOther();

  @ArchTest
  static final ArchRule names_say_what_a_class_is =
      noClasses()
          .should()
          .haveSimpleNameEndingWith("Impl")
          .orShould()
          .haveSimpleNameEndingWith("Manager")
          .orShould()
          .haveSimpleNameEndingWith("Util")
          .orShould()
          .haveSimpleNameEndingWith("Utils")
          .orShould()
          .haveSimpleNameEndingWith("Helper");

  @ArchTest
  static final ArchRule time_is_java_time =
      noClasses()
          .should()
          .dependOnClassesThat()
          .belongToAnyOf(Date.class, Calendar.class, Timestamp.class);

  @ArchTest
  static final ArchRule only_loops_wait =
      noClasses()
          .that(
              resideOutsideOfPackages(
                      "io.holdfast.platform..", "io.holdfast.runtime..", "io.holdfast.cli..")
                  .and(not(name("io.holdfast.rest.FollowedOutput"))))
          .should()
          .callMethod(Thread.class, "sleep", long.class)
          .orShould()
          .callMethod(Thread.class, "sleep", long.class, int.class);

  @ArchTest
  static final ArchRule jakarta_stays_at_the_rim =
      noClasses()
          .that(
              resideInAPackage("io.holdfast..")
                  .and(
                      resideOutsideOfPackages(
                          "io.holdfast.rest..", "io.holdfast.runtime..", "io.holdfast.*.store..")))
          .should()
          .dependOnClassesThat()
          .resideInAPackage("jakarta..");

  /** A package that is not named in the arrows above would be under no rule. */
  @Test
  void everyFeatureHasItsPlaceInTheHouse() throws IOException {
    try (Stream<Path> packages = Files.list(Path.of("src/main/java/io/holdfast"))) {
      Set<String> found =
          packages
              .filter(Files::isDirectory)
              .map(path -> path.getFileName().toString())
              .collect(Collectors.toSet());
      assertThat(
              List.of(
                  "callbacks",
                  "cli",
                  "execution",
                  "jobs",
                  "platform",
                  "recovery",
                  "repositories",
                  "rest",
                  "runtime",
                  "security",
                  "statistics",
                  "workspace"))
          .containsAll(found);
    }
  }

  @Test
  void everyPackageSaysWhatItHolds() throws IOException {
    try (Stream<Path> tree = Files.walk(Path.of("src/main/java/io/holdfast"))) {
      List<Path> silent =
          tree.filter(Files::isDirectory)
              .filter(ArchitectureTest::holdsClasses)
              .filter(directory -> !Files.exists(directory.resolve("package-info.java")))
              .toList();
      assertThat(silent).isEmpty();
    }
  }

  private static boolean holdsClasses(Path directory) {
    String[] files = directory.toFile().list((where, name) -> name.endsWith(".java"));
    return files != null && files.length > 0;
  }
}
