// Unpacks the npm browser and the libraries it needs into the folder given as TMPDIR.
import chromium from "@sparticuz/chromium";

console.log(await chromium.executablePath());
