package dev.palinode.cli;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.core.importer.Locations;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Which module may use which. */
class ModuleRulesTest {
  private static final Path ROOT = Path.of(System.getProperty("palinode.root", ".."));

  private static JavaClasses all;

  @BeforeAll
  static void read() throws Exception {
    Set<Location> locations = new HashSet<>(Locations.ofPackage("dev.palinode"));
    for (String apart : List.of("ner", "langchain4j", "bench")) { // no module of this class path
      Path classes = ROOT.resolve(apart + "/target/classes");
      if (Files.isDirectory(classes)) {
        locations.addAll(Locations.of(List.of(classes.toUri().toURL())));
      }
    }
    all =
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .withImportOption(location -> !location.contains("-tests.jar"))
            .importLocations(locations);
    assertThat(all).hasSizeGreaterThan(60);
  }

  /** A module uses only modules above it in this list. */
  @Test
  void modules_useOnlyThoseAboveThem() {
    layeredArchitecture()
        .consideringOnlyDependenciesInAnyPackage("dev.palinode..")
        .layer("jinja")
        .definedBy("dev.palinode.jinja..")
        .layer("core")
        .definedBy(
            "dev.palinode",
            "dev.palinode.text..",
            "dev.palinode.io..",
            "dev.palinode.chat..",
            "dev.palinode.token..",
            "dev.palinode.decode..",
            "dev.palinode.answer..",
            "dev.palinode.guard..")
        .layer("judge")
        .definedBy("dev.palinode.judge..", "dev.palinode.endpoint..")
        .layer("pii")
        .definedBy("dev.palinode.pii")
        .optionalLayer("ner")
        .definedBy("dev.palinode.pii.ner..")
        .layer("data")
        .definedBy("dev.palinode.data..")
        .layer("tensor")
        .definedBy("dev.palinode.tensor..")
        .layer("model")
        .definedBy("dev.palinode.model..")
        .layer("report")
        .definedBy("dev.palinode.report..")
        .layer("training")
        .definedBy("dev.palinode.training..")
        .layer("evaluation")
        .definedBy("dev.palinode.evaluation..")
        .layer("attack")
        .definedBy("dev.palinode.attack..")
        .layer("server")
        .definedBy("dev.palinode.server..")
        .optionalLayer("langchain4j")
        .definedBy("dev.palinode.langchain4j..")
        .layer("demo")
        .definedBy("dev.palinode.demo..")
        .layer("cli")
        .definedBy("dev.palinode.cli..")
        .optionalLayer("bench")
        .definedBy("dev.palinode.bench..")
        .ensureAllClassesAreContainedInArchitecture()
        .whereLayer("jinja")
        .mayNotAccessAnyLayer()
        .whereLayer("core")
        .mayOnlyAccessLayers("jinja")
        .whereLayer("judge")
        .mayOnlyAccessLayers("core")
        .whereLayer("pii")
        .mayOnlyAccessLayers("core")
        .whereLayer("ner")
        .mayOnlyAccessLayers("core", "pii")
        .whereLayer("data")
        .mayOnlyAccessLayers("core", "pii")
        .whereLayer("tensor")
        .mayOnlyAccessLayers("core")
        .whereLayer("model")
        .mayOnlyAccessLayers("core", "judge", "tensor")
        .whereLayer("report")
        .mayOnlyAccessLayers("core")
        .whereLayer("training")
        .mayOnlyAccessLayers("core", "data", "tensor", "model", "report")
        .whereLayer("evaluation")
        .mayOnlyAccessLayers("core", "judge", "pii", "data", "tensor", "model", "report")
        .whereLayer("attack")
        .mayOnlyAccessLayers("core", "data", "tensor", "model", "evaluation")
        .whereLayer("server")
        .mayOnlyAccessLayers("core", "judge", "model")
        .whereLayer("langchain4j")
        .mayOnlyAccessLayers("core")
        .whereLayer("demo")
        .mayOnlyAccessLayers(
            "core", "judge", "data", "tensor", "model", "report", "training", "evaluation")
        .whereLayer("cli")
        .mayOnlyBeAccessedByLayers("bench")
        .whereLayer("bench")
        .mayNotBeAccessedByAnyLayer()
        .check(all);
  }

  @Test
  void packages_haveNoCycles() {
    slices().matching("dev.palinode.(**)").should().beFreeOfCycles().check(all);
  }

  @Test
  void onlyTheTensorRoom_knowsLibtorch() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.palinode.tensor..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.bytedeco..")
        .check(all);
  }

  @Test
  void theDecodingLoop_knowsNeitherTensorsNorText() {
    noClasses()
        .that()
        .resideInAPackage("dev.palinode.decode..")
        .should()
        .dependOnClassesThat(
            resideInAPackage("dev.palinode.chat..").or(resideInAPackage("ai.djl..")))
        .check(all);
  }

  @Test
  void onlyTheCommandLine_endsTheJvm() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.palinode.cli..")
        .should()
        .callMethod(System.class, "exit", int.class)
        .check(all);
  }

  @Test
  void everyPackage_saysWhatItIsFor_andMarksNulls() throws Exception {
    try (Stream<Path> modules = Files.list(ROOT)) {
      for (Path module : modules.filter(path -> Files.exists(path.resolve("pom.xml"))).toList()) {
        assertPackagesDocumented(module.resolve("src/main/java"));
      }
    }
    classes()
        .that()
        .haveSimpleName("package-info")
        .should()
        .beAnnotatedWith(NullMarked.class)
        .check(all);
  }

  private static void assertPackagesDocumented(Path sources) throws Exception {
    if (!Files.isDirectory(sources)) {
      return;
    }
    try (Stream<Path> files = Files.walk(sources)) {
      List<Path> packages =
          files
              .filter(file -> file.toString().endsWith(".java"))
              .map(Path::getParent)
              .distinct()
              .toList();
      for (Path each : packages) {
        Path info = each.resolve("package-info.java");
        assertThat(info).isRegularFile();
        assertThat(info).content().contains("/**").contains("@NullMarked");
      }
    }
  }
}
