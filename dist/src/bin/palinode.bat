@echo off
rem Starts Palinode: the command of an unpacked distribution.
rem
rem   JAVA_HOME          a Java runtime of version 17 or newer; without it, the java of the PATH
rem   PALINODE_JAVA_OPTS options for the JVM, such as -Xmx8g
setlocal
for %%d in ("%~dp0..") do set "home=%%~fd"
set "java=java"
if defined JAVA_HOME set "java=%JAVA_HOME%\bin\java"

set "version=0"
for /f "tokens=5 delims=. " %%v in ('""%java%" -XshowSettings:properties -version 2>&1 | findstr /c:"java.specification.version""') do set "version=%%v"
if %version% lss 17 (
  echo palinode: %java% is missing or too old; a Java runtime of version 17 or newer is needed: set JAVA_HOME 1>&2
  exit /b 3
)
set "native="
if %version% geq 24 set "native=--enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow"

"%java%" -XX:+UseSerialGC -Xshare:auto %PALINODE_JAVA_OPTS% %native% -Dpalinode.home="%home%" -cp "%home%\lib\*" dev.palinode.cli.Palinode %*
