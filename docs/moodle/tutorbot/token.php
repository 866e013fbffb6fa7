<?php
// Da a quien tiene sesión en Moodle un token para el asistente; a nadie más.

define('AJAX_SCRIPT', true);
require(__DIR__ . '/../../config.php');

require_login(null, false);
if (isguestuser() || \core\session\manager::is_loggedinas()) {
    http_response_code(403);
    die(json_encode(['token' => null]));
}

$config = get_config('local_tutorbot');
$key = file_get_contents($config->keyfile);
$claims = \local_tutorbot\signer::claims($USER, $config->issuer, $config->audience, time());

header('Content-Type: application/json; charset=utf-8');
header('Cache-Control: no-store');
echo json_encode(['token' => \local_tutorbot\signer::sign($claims, $key)]);
