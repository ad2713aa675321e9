"""G1: what is in the packages, and that they are clean, reproducible and from one staged tree. Boots nothing."""

import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

import lab
import operating

PACKAGING = lab.REPO / "packaging"


def said(*command, cwd=lab.REPO, env=None, code=0):
    done = subprocess.run([str(part) for part in command], cwd=cwd, env=dict(os.environ, **(env or {})), capture_output=True, text=True, timeout=300)
    assert done.returncode == code, f"{' '.join(map(str, command))}: exit code {done.returncode}\n{done.stdout}{done.stderr}"
    return done.stdout


class Packages(unittest.TestCase):
    def setUp(self):
        self.deb = lab.package("new")
        self.rpm = lab.package("new", "rpm")
        self.binary = lab.OUT / "new/publish/pryvd"

    def test_lintian_has_nothing_to_say_that_is_not_answered(self):
        self.assertEqual("", said("lintian", "--allow-root", "--tag-display-limit", "0", self.deb))
        overrides = (PACKAGING / "deb/lintian-overrides").read_text()
        self.assertRegex(overrides, r"\A#", "each override stands below its reason")

    def test_rpmlint_has_nothing_to_say_that_is_not_answered(self):
        self.assertIn("0 errors, 0 warnings", said("rpmlint", "-c", PACKAGING / "rpm/rpmlint.toml", self.rpm))

    def test_shell_scripts_are_clean(self):
        scripts = [*PACKAGING.glob("*.sh"), *PACKAGING.glob("*/build.sh"), *(PACKAGING / "deb" / name for name in ("postinst", "prerm", "postrm")), *lab.HERE.glob("*.sh")]
        said("shellcheck", *scripts)

    def test_the_same_input_gives_the_same_bytes(self):
        with tempfile.TemporaryDirectory() as folder:
            for kind, made in (("deb", self.deb), ("rpm", self.rpm)):
                said(PACKAGING / kind / "build.sh", self.binary, folder)
                again = next(pathlib.Path(folder).glob(f"*.{kind}"))
                self.assertEqual(made.name, again.name)
                self.assertTrue(made.read_bytes() == again.read_bytes(), f"two builds of {made.name} differ")

    def test_both_packages_hold_the_same_files(self):
        with tempfile.TemporaryDirectory() as folder:
            trees = {kind: pathlib.Path(folder, kind) for kind in ("deb", "rpm")}
            said("dpkg-deb", "-x", self.deb, trees["deb"])
            trees["rpm"].mkdir()
            said("sh", "-c", f"rpm2cpio '{self.rpm}' | cpio -idm --quiet", cwd=trees["rpm"])
            content = {kind: {str(p.relative_to(tree)): p.read_bytes() for p in tree.rglob("*") if p.is_file()} for kind, tree in trees.items()}
            common = set(content["deb"]) & set(content["rpm"])
            self.assertTrue(all(content["deb"][name] == content["rpm"][name] for name in common))
            own = {"deb": r"usr/share/(doc|lintian)/|zsh/vendor-completions", "rpm": r"system-preset/|usr/share/licenses/|zsh/site-functions"}
            for kind, pattern in own.items():
                self.assertEqual([], [name for name in set(content[kind]) - common if not re.search(pattern, name)])
            self.assertLessEqual({"usr/bin/pryvd", "etc/pryvd/pryvd.yaml", "usr/lib/systemd/system/pryvd.service", "usr/share/man/man1/pryvd.1.gz"}, common)

    def test_man_finds_no_fault_with_the_manual(self):
        for page in ("pryvd", "pryvd.yaml"):
            with self.subTest(page):
                text = subprocess.run([self.binary, "man", page], check=True, capture_output=True).stdout
                done = subprocess.run(["man", "--warnings", "-l", "-"], input=text, capture_output=True, env=dict(os.environ, MANWIDTH="100", LC_ALL="C.UTF-8"))
                self.assertEqual(b"", done.stderr)
                self.assertIn(b"SEE ALSO", done.stdout)

    def test_a_version_comes_from_the_tag(self):
        with tempfile.TemporaryDirectory() as folder:
            tree = pathlib.Path(folder)
            said("sh", "-c", f"mkdir packaging && cp '{PACKAGING}/version.sh' packaging/ && cp '{lab.REPO}/Directory.Build.props' . && git init -q .", cwd=tree)
            git = ("git", "-c", "user.name=x", "-c", "user.email=x@localhost.invalid")
            moment = {"GIT_COMMITTER_DATE": "2026-01-02T03:04:05Z", "GIT_AUTHOR_DATE": "2026-01-02T03:04:05Z", "PRYVD_VERSION": "", "SOURCE_DATE_EPOCH": ""}
            version = lambda *what: said("packaging/version.sh", *what, cwd=tree, env=moment).strip()
            commit = lambda: said(*git, "commit", "-q", "--allow-empty", "-m", "x", cwd=tree, env=moment)
            commit()
            self.assertRegex(version(), r"^0\.1\.0~git20260102\.[0-9a-f]{7}$")
            self.assertRegex(version("program"), r"^0\.1\.0-git20260102\.[0-9a-f]{7}$")
            self.assertEqual("1767323045", version("epoch"))
            said("git", "tag", "v1.2.3", cwd=tree)
            self.assertEqual("1.2.3", version())
            commit()
            self.assertRegex(version(), r"^1\.2\.3\+git1\.[0-9a-f]{7}$")
            order = ["0.1.0~git20260102.abc1234", "0.1.0", "1.2.3", "1.2.3+git1.abc1234", "1.2.4"]
            for older, newer in zip(order, order[1:]):
                said("dpkg", "--compare-versions", older, "lt", newer)

    def test_what_is_in_the_program_stands_in_the_copyright(self):
        references = re.findall(r'<PackageReference Include="([^"]+)" />', "".join(f.read_text() for f in (lab.REPO / "src").glob("*/*.csproj")))
        named = re.findall(r"[A-Z][\w.]+", "\n".join(re.findall(r"^Files: usr/bin/pryvd \((.*?)\)$", (PACKAGING / "deb/copyright").read_text(), re.M | re.S)))
        self.assertEqual([], [name for name in references if not any(name == known or name.startswith(known + ".") for known in named)])

    def test_the_units_are_what_systemd_understands(self):
        with tempfile.TemporaryDirectory() as folder:
            said("dpkg-deb", "-x", self.deb, folder)
            for unit in ("pryvd.service", "pryvd-guard.service"):
                path = pathlib.Path(folder, "usr/lib/systemd/system", unit)
                # The program is there once the unit's own mount is.
                path.write_text(path.read_text().replace("/run/pryvd/program/pryvd", "/bin/true"))
                self.assertEqual("", said("systemd-analyze", "verify", "--man=no", path))

    def test_the_page_for_operators_has_commands_for_every_chapter_that_needs_some(self):
        found = list(operating.steps(operating.PAGE.read_text()))
        self.assertGreater(sum(len(lines) for what, _, lines in found if what == "run"), 40)
        blocks = re.findall(r"^```(\w+)[^\n]*$", operating.PAGE.read_text(), re.M)
        self.assertEqual({"sh"}, set(blocks), "a block that is not run may be wrong")


class Recipes(unittest.TestCase):
    """G4: each recipe is checked by its own tool, where Debian has it."""

    def test_cloud_init_takes_the_recipe(self):
        for file in (lab.REPO / "examples/cloud-init").glob("*.yaml"):
            said("cloud-init", "schema", "--config-file", file)

    def test_ansible_takes_the_recipe(self):
        said("ansible-playbook", "--syntax-check", "-i", "inventory.example.ini", "site.yaml", cwd=lab.REPO / "examples/ansible")

    def test_terraform_takes_the_recipe(self):
        terraform = next((t for t in ("terraform", "tofu") if subprocess.run(["sh", "-c", f"command -v {t}"], capture_output=True).returncode == 0), None)
        if terraform is None:
            self.skipTest("neither terraform nor tofu is here; Debian has neither")
        recipe = lab.REPO / "examples/terraform"
        said(terraform, "fmt", "-check", "-diff", "-recursive", recipe)
        with tempfile.TemporaryDirectory() as folder:
            copied = shutil.copytree(recipe, pathlib.Path(folder, "recipe"))
            said(terraform, "init", "-backend=false", cwd=copied)
            said(terraform, "validate", cwd=copied)


if __name__ == "__main__":
    unittest.main()
