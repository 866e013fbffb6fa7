<?php
defined('MOODLE_INTERNAL') || die();

$string['pluginname'] = 'Chat de ayuda (Tutorbot)';
