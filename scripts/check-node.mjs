// Imported before anything else, and written so that even a very old Node can read it and say what is wrong.
const major = Number(process.versions.node.split('.')[0]);
if (major < 20) {
  console.error(
    `Gapless needs Node 20 or newer to start; this is ${process.version}. Install a current Node from nodejs.org or your system's packages, then run the same command again.`,
  );
  process.exit(1);
}
