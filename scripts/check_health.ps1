<#
.SYNOPSIS
Pregunta a un servidor en marcha como esta. Termina con 0 si todo funciona, 1 si algo falla, 2 si no atiende.
.EXAMPLE
powershell -ExecutionPolicy Bypass -File scripts\check_health.ps1 -Base http://127.0.0.1:8000 -Chat
#>
param(
    [string]$Base = 'http://127.0.0.1:8000',
    [switch]$Chat,
    [string]$RasaUrl = $env:RASA_URL
)

$Base = $Base.TrimEnd('/')
$script:Worst = 0
[Net.ServicePointManager]::SecurityProtocol = [Net.ServicePointManager]::SecurityProtocol -bor [Net.SecurityProtocolType]::Tls12

# Says whether Invoke-RestMethod's answer passes $Test, else remembers $Code.
function Test-Part([string]$Name, [int]$Code, [string]$Url, [scriptblock]$Test, [string]$Body) {
    $reason = 'otra respuesta'
    try {
        $request = @{ Uri = $Url; TimeoutSec = 15; UseBasicParsing = $true; ErrorAction = 'Stop' }
        if ($Body) {
            $request.Method = 'Post'
            $request.ContentType = 'application/json'
            $request.Body = $Body
        }
        $answer = Invoke-RestMethod @request
        if (& $Test $answer) {
            Write-Host "Bien   $Name" -ForegroundColor Green
            return
        }
    }
    catch {
        $reason = $_.Exception.Message
    }
    Write-Host "Falla  ${Name}: $reason" -ForegroundColor Red
    if ($Code -gt $script:Worst) { $script:Worst = $Code }
}

Test-Part 'Servidor web (/health)' 2 "$Base/health" { $args[0].ok -eq $true }
Test-Part 'Base de datos y migraciones (/api/health/ready)' 2 "$Base/api/health/ready" { $args[0].ok -eq $true }
Test-Part 'Todas las partes (/api/health/ready)' 1 "$Base/api/health/ready" { $args[0].status -eq 'ok' }
Test-Part 'API (/api/health)' 1 "$Base/api/health" { $args[0].ok -eq $true }
Test-Part 'Motor del bot (/chat/health)' 1 "$Base/chat/health" { $args[0].engine_ok -eq $true }
if ($Chat) {
    $question = '{"message": "hola", "sender": "check-health"}'
    Test-Part 'El bot responde a un saludo (/chat)' 1 "$Base/chat" { @($args[0]).Count -gt 0 } $question
}
if ($RasaUrl) {
    $rasa = $RasaUrl -replace '/webhooks/rest/webhook/?$', ''
    Test-Part 'Rasa (/version)' 1 "$($rasa.TrimEnd('/'))/version" { [bool]$args[0].version }
}

$summary = @('Todo funciona.', 'Funciona en parte.', 'No puede atender.')[$script:Worst]
Write-Host $summary
exit $script:Worst
