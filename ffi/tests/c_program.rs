//! Builds ffi/tests/c/abi.c against the committed header and the static library, and runs it; under AddressSanitizer when the
//! machine's C compiler has it. Without a C compiler the test says so and is skipped.

use std::path::{Path, PathBuf};
use std::process::Command;

/// What `rustc --print native-static-libs` names for this library.
const SYSTEM_LIBRARIES: &[&str] = &["-lgcc_s", "-lutil", "-lrt", "-lpthread", "-lm", "-ldl", "-lc"];

/// The static library lies beside the test, or one folder up when it was asked for by name.
fn static_library() -> PathBuf {
    let exe = std::env::current_exe().unwrap();
    let deps = exe.parent().unwrap();
    [deps.join("libwellhead_c.a"), deps.join("../libwellhead_c.a")]
        .into_iter()
        .filter(|p| p.exists())
        .max_by_key(|p| p.metadata().and_then(|m| m.modified()).ok())
        .expect("cargo builds the static library with the crate")
}

/// Tells the person and, where `make test` gathers them, the list of skipped tests.
fn skip(why: &str) {
    println!("skipped: {why}");
    let list = Path::new(env!("CARGO_MANIFEST_DIR")).join("../build");
    if list.is_dir() {
        use std::io::Write;
        let _ = std::fs::OpenOptions::new().create(true).append(true).open(list.join("skipped")).map(|mut f| writeln!(f, "the C ABI from C: {why}"));
    }
}

#[test]
fn the_abi_holds_in_c() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let tmp = tempfile::tempdir().unwrap();
    let cc = std::env::var("CC").unwrap_or_else(|_| "cc".into());
    if Command::new(&cc).arg("--version").output().is_err() {
        return skip("there is no C compiler");
    }
    let probe = tmp.path().join("probe.c");
    std::fs::write(&probe, "int main(void) { return 0; }\n").unwrap();
    let sanitizer = ["-fsanitize=address", "-fno-omit-frame-pointer"];
    let has_asan = Command::new(&cc).args(sanitizer).arg(&probe).arg("-o").arg(tmp.path().join("probe")).output().is_ok_and(|o| o.status.success());
    let exe = tmp.path().join("abi");
    let mut build = Command::new(&cc);
    build.args(["-std=gnu11", "-Wall", "-Wextra", "-Werror", "-g"]);
    if has_asan {
        build.args(sanitizer);
    } else {
        skip("the C compiler has no AddressSanitizer: run without it");
    }
    build.arg("-I").arg(here.join("include")).arg(here.join("tests/c/abi.c")).arg(static_library()).args(SYSTEM_LIBRARIES).arg("-o").arg(&exe);
    let built = build.output().unwrap();
    assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
    let ran = Command::new(&exe).arg(tmp.path().join("data")).output().unwrap();
    let (out, err) = (String::from_utf8_lossy(&ran.stdout), String::from_utf8_lossy(&ran.stderr));
    assert!(ran.status.success() && out.ends_with("the C ABI holds\n"), "{}\n{out}\n{err}", ran.status);
}
