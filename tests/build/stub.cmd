@echo off
rem harombe @VERSION@ for @TARGET@, built and never run. Beside it lies the folder harombe with Deno and the program.
setlocal
set "D=%~dp0harombe"
if not exist "%D%\deno.exe" (
  echo harombe: %D%\deno.exe is not there: unpack the whole archive 1>&2
  exit /b 126
)
if not defined HOME set "HOME=%USERPROFILE%"
if defined HAROMBE_HOME (set "H=%HAROMBE_HOME%") else set "H=%HOME%\.harombe"
set "DENO_DIR=%LOCALAPPDATA%\harombe\cache"
set DENO_NO_UPDATE_CHECK=1
set NODE_OPTIONS=
set "HAROMBE_FILE=%~f0"
set "HAROMBE_BUILD=portable @TARGET@ @PAYLOAD@"
if "%~1"=="version" if "%~2"=="--licenses" goto licenses
for %%C in (version completions complete help --version -V --help -h) do if "%~1"=="%%C" goto plain
for %%C in (config doctor) do if "%~1"=="%%C" goto stateful
echo harombe: unavailable: use WSL2 1>&2
exit /b 4
:licenses
type "%D%\THIRD_PARTY_LICENSES"
exit /b 0
:plain
"%D%\deno.exe" run @COMMON@ --ignore-env "--allow-env=@ENV@" "--allow-read=%D%" "%D%\main.js" %*
exit /b %ERRORLEVEL%
:stateful
"%D%\deno.exe" run @COMMON@ --ignore-env "--allow-env=@ENV@" "--allow-read=%D%,%H%" "--allow-write=%H%" "%D%\main.js" %*
exit /b %ERRORLEVEL%
