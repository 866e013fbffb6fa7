<#
.SYNOPSIS
What the Makefile does, on Windows: run, start, stop, logs, health, backup, test, check. For development.
.EXAMPLE
powershell -ExecutionPolicy Bypass -File scripts\tasks.ps1 run
powershell -ExecutionPolicy Bypass -File scripts\tasks.ps1 test tests\chat -k curl
#>
param(
    [Parameter(Position = 0)]
    [ValidateSet('run', 'start', 'stop', 'logs', 'health', 'backup', 'test', 'check')]
    [string]$Task = 'run',
    [Parameter(ValueFromRemainingArguments = $true)]
    [string[]]$Rest = @()
)

Set-Location (Split-Path -Parent $PSScriptRoot)
$env:PYTHONUTF8 = '1'

# The launcher of Python for Windows when it is there, else python.
$python = if ($env:PYTHON) { @($env:PYTHON) } elseif (Get-Command py -ErrorAction SilentlyContinue) { @('py', '-3') } else { @('python') }

function Invoke-Python([string[]]$Words) {
    $command = $python[0]
    $before = @($python | Select-Object -Skip 1)
    & $command @before @Words
    if ($LASTEXITCODE -ne 0) { exit $LASTEXITCODE }
}

function Invoke-Dev([string[]]$Words) {
    Invoke-Python (@('tutorbot\launch.py', 'dev') + $Words)
}

switch ($Task) {
    'run' { Invoke-Python @('tutorbot\launch.py', 'base', 'serve') }
    'start' { Invoke-Python @('tutorbot\background.py', 'start') }
    'stop' { Invoke-Python @('tutorbot\background.py', 'stop') }
    'logs' { Invoke-Python @('tutorbot\background.py', 'logs') }
    'health' { Invoke-Python (@('tutorbot\launch.py', 'base', 'python', 'manage.py', 'health') + $Rest) }
    'backup' { Invoke-Python (@('tutorbot\launch.py', 'base', 'python', 'manage.py', 'backup', '--verify') + $Rest) }
    'test' { Invoke-Dev (@('python', '-m', 'pytest', '-n', 'auto', '-m', 'not slow and not browser') + $Rest) }
    'check' {
        Invoke-Dev @('ruff', 'format', '--check', '.')
        Invoke-Dev @('ruff', 'check', '.')
        Invoke-Dev @('mypy')
        Invoke-Dev @('lint-imports')
        $env:APP_ENV = 'test'
        Invoke-Dev @('python', 'manage.py', 'makemigrations', '--check', '--dry-run')
        Invoke-Dev @('python', 'manage.py', 'check', '--fail-level', 'WARNING')
        Invoke-Dev @('python', 'manage.py', 'spectacular', '--validate', '--fail-on-warn', '--file', 'NUL')
        Invoke-Dev @('python', 'manage.py', 'document', '--check')
        Invoke-Dev @('python', '-m', 'pytest', '-n', 'auto', '-m', 'not slow and not browser')
    }
}
